package dev.simurgh.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of ARCHITECTURE.md: what each package may use besides the JDK, SLF4J's API and JSpecify. */
class ArrowsTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.simurgh", "hello", "auction");

    private static final Map<String, List<String>> ARROWS = arrows();
    private static final Set<String> WITH_ROOMS =
            Set.of("dev.simurgh.server", "dev.simurgh.transport", "dev.simurgh.spring");

    private static Map<String, List<String>> arrows() {
        Map<String, List<String>> arrows = new LinkedHashMap<>();
        arrows.put("dev.simurgh.token", List.of());
        arrows.put("dev.simurgh.protocol", List.of());
        arrows.put("dev.simurgh.pem", List.of());
        arrows.put("dev.simurgh.jackson", List.of("dev.simurgh.protocol..", "com.fasterxml.jackson.."));
        arrows.put("dev.simurgh.jackson3", List.of("dev.simurgh.protocol..", "tools.jackson.."));
        arrows.put("dev.simurgh.pubsub", List.of("dev.simurgh.protocol.."));
        arrows.put("dev.simurgh.cluster", List.of("dev.simurgh.protocol..", "dev.simurgh.pubsub.."));
        arrows.put(
                "dev.simurgh.cluster.jgroups",
                List.of(
                        "dev.simurgh.cluster",
                        "dev.simurgh.cluster.spi",
                        "dev.simurgh.pem",
                        "dev.simurgh.pubsub..",
                        "org.jgroups..",
                        "org.jctools..",
                        "javax.net..",
                        "javax.security.."));
        arrows.put(
                "dev.simurgh.console",
                List.of(
                        "dev.simurgh.channel..",
                        "dev.simurgh.presence",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "javax.lang.model", // which words may name a variable
                        "jdk.jshell..",
                        "org.jline.."));
        arrows.put(
                "dev.simurgh.channel",
                List.of("dev.simurgh.token..", "dev.simurgh.protocol..", "dev.simurgh.pubsub..", "org.jctools.."));
        arrows.put(
                "dev.simurgh.journal",
                List.of("dev.simurgh.channel..", "dev.simurgh.protocol..", "dev.simurgh.pubsub.."));
        arrows.put(
                "dev.simurgh.presence",
                List.of("dev.simurgh.channel..", "dev.simurgh.protocol..", "dev.simurgh.pubsub.."));
        arrows.put(
                "dev.simurgh.micrometer",
                List.of(
                        "dev.simurgh.channel..",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "io.micrometer.common..",
                        "io.micrometer.core..",
                        "io.micrometer.observation.."));
        arrows.put(
                "dev.simurgh.dashboard",
                List.of(
                        "dev.simurgh.channel..",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "dev.simurgh.token",
                        "dev.simurgh.transport",
                        "com.sun.management",
                        "java.lang.management"));
        arrows.put(
                "dev.simurgh.asyncapi",
                List.of(
                        "dev.simurgh.channel..",
                        "dev.simurgh.jackson",
                        "dev.simurgh.protocol..",
                        "com.fasterxml.jackson.."));
        arrows.put(
                "dev.simurgh.journal.jdbc",
                List.of(
                        "dev.simurgh.journal",
                        "dev.simurgh.journal.spi",
                        "dev.simurgh.protocol",
                        "com.zaxxer.hikari..",
                        "javax.sql"));
        arrows.put(
                "dev.simurgh.testkit",
                List.of(
                        "dev.simurgh.channel..",
                        "dev.simurgh.cluster",
                        "dev.simurgh.cluster.spi",
                        "dev.simurgh.journal",
                        "dev.simurgh.journal.spi",
                        "dev.simurgh.presence",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "dev.simurgh.token..",
                        "org.junit.jupiter.api..",
                        "ch.qos.logback.."));
        arrows.put(
                "dev.simurgh.transport",
                List.of(
                        "dev.simurgh.transport..",
                        "dev.simurgh.channel..",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "dev.simurgh.token"));
        arrows.put(
                "dev.simurgh.netty",
                List.of(
                        "dev.simurgh.transport..",
                        "dev.simurgh.channel..",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "io.netty.."));
        arrows.put(
                "dev.simurgh.jakarta",
                List.of(
                        "dev.simurgh.transport..",
                        "dev.simurgh.channel..",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "jakarta.servlet..",
                        "jakarta.websocket.."));
        arrows.put(
                "dev.simurgh.reactor",
                List.of(
                        "dev.simurgh.netty",
                        "dev.simurgh.transport..",
                        "dev.simurgh.channel..",
                        "dev.simurgh.pubsub..",
                        "io.netty..",
                        "reactor..",
                        "org.reactivestreams.."));
        List<String> server = List.of(
                "dev.simurgh.server..",
                "dev.simurgh.netty",
                "dev.simurgh.transport..",
                "dev.simurgh.channel..",
                "dev.simurgh.pem",
                "dev.simurgh.protocol..",
                "dev.simurgh.pubsub..",
                "io.netty..",
                "javax.net.ssl");
        arrows.put("dev.simurgh.server", server);
        arrows.put("dev.simurgh.server.*", server);
        arrows.put(
                "dev.simurgh.spring",
                List.of(
                        "dev.simurgh.spring..",
                        "dev.simurgh.channel..",
                        "dev.simurgh.cluster.jgroups",
                        "dev.simurgh.dashboard",
                        "dev.simurgh.jackson",
                        "dev.simurgh.jackson3",
                        "dev.simurgh.jakarta",
                        "dev.simurgh.journal..",
                        "dev.simurgh.micrometer",
                        "dev.simurgh.presence",
                        "dev.simurgh.protocol..",
                        "dev.simurgh.pubsub..",
                        "dev.simurgh.reactor",
                        "dev.simurgh.server",
                        "dev.simurgh.testkit", // of the package test alone
                        "dev.simurgh.token",
                        "dev.simurgh.transport",
                        "com.fasterxml.jackson..",
                        "tools.jackson..",
                        "io.micrometer..",
                        "jakarta..",
                        "javax.sql",
                        "org.junit.jupiter.api..",
                        "org.springframework..",
                        "reactor.."));
        return arrows;
    }

    @TestFactory
    Stream<DynamicTest> aModuleUsesOnlyWhatItMay() {
        return ARROWS.entrySet().stream()
                .map(arrow -> DynamicTest.dynamicTest(arrow.getKey(), () -> {
                    List<String> allowed = new ArrayList<>(arrow.getValue());
                    allowed.addAll(List.of(
                            arrow.getKey(),
                            arrow.getKey() + ".spi",
                            "java..",
                            "javax.crypto..",
                            "org.slf4j..",
                            "org.jspecify.."));
                    classes()
                            .that()
                            .resideInAnyPackage(packagesOf(arrow.getKey()))
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(allowed.toArray(String[]::new))
                            .check(CODE);
                }));
    }

    /** Rooms are packages of their own: see RoomsTest. */
    private static String[] packagesOf(String module) {
        return WITH_ROOMS.contains(module) ? new String[] {module + ".."} : new String[] {module, module + ".spi"};
    }

    @Test
    void nothingKnowsTheExamples() {
        noClasses()
                .that()
                .resideInAPackage("dev.simurgh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("hello..", "auction..")
                .check(CODE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.simurgh.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void packagesAreNamedAfterConcepts() {
        noClasses()
                .should()
                .resideInAnyPackage("..impl..", "..internal..", "..util..", "..common..", "..helper..")
                .check(CODE);
    }
}
