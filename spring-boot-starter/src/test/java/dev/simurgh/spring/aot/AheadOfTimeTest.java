package dev.simurgh.spring.aot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import dev.simurgh.spring.aot.AheadOfTimeApplication.Shapes;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** Spring's processing ahead of time, and the application that comes of it on the JVM. */
class AheadOfTimeTest {
    @Test
    void whatANativeImageMustKeepIsSaid() throws Exception {
        RuntimeHints hints = hints();

        for (Class<?> type : List.of(
                AheadOfTimeApplication.Drawn.class,
                AheadOfTimeApplication.Told.class,
                AheadOfTimeApplication.Line.class,
                AheadOfTimeApplication.Dot.class,
                AheadOfTimeApplication.Painting.class,
                AheadOfTimeApplication.Point.class)) {
            assertThat(reflection()
                            .onType(type)
                            .withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
                            .test(hints))
                    .as(type.getSimpleName())
                    .isTrue();
        }
        assertThat(reflection().onType(AheadOfTimeApplication.Colour.class).test(hints))
                .isTrue();
        assertThat(reflection().onType(AheadOfTimeApplication.Point[].class).test(hints))
                .isTrue();
        assertThat(Objects.requireNonNull(hints.reflection().getTypeHint(Shapes.class))
                        .methods()
                        .map(method -> method.getName()))
                .containsExactlyInAnyOrder("join", "draw", "out");
        assertThat(resource()
                        .forResource("dev/simurgh/dashboard/web/index.html")
                        .test(hints))
                .isTrue();
    }

    private static RuntimeHints hints() {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(AheadOfTimeApplication.class);
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(AheadOfTimeApplication.class)), new InMemoryGeneratedFiles());
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        return generation.getRuntimeHints();
    }

    @Test
    @Tag("long")
    void anApplicationThatWasProcessedRuns(@TempDir Path dir) throws Exception {
        Path classes = dir.resolve("classes");
        AbstractAotProcessor.Settings settings = AbstractAotProcessor.Settings.builder()
                .sourceOutput(dir.resolve("sources"))
                .resourceOutput(dir.resolve("resources"))
                .classOutput(classes)
                .groupId("test")
                .artifactId("test")
                .build();
        new SpringApplicationAotProcessor(AheadOfTimeApplication.class, settings, new String[0]).process();
        compile(dir.resolve("sources"), classes);

        String said = run(dir.resolve("said.txt"), classes + File.pathSeparator + dir.resolve("resources"));

        assertThat(said)
                .contains("ahead of time: true")
                .contains("\"shapes:1\",\"phx_reply\",{\"response\":{},\"status\":\"ok\"}")
                .contains(
                        "{\"title\":\"drawn\",\"drawn\":{\"line\":{\"points\":[{\"x\":1,\"y\":2}],\"colours\":[\"RED\"]}}}");
    }

    private static void compile(Path sources, Path to) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Files.createDirectories(to);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> all = Files.walk(sources)) {
            List<Path> java =
                    all.filter(path -> path.toString().endsWith(".java")).toList();
            List<String> options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-d",
                    to.toString(),
                    "-cp",
                    to + File.pathSeparator + System.getProperty("java.class.path"));
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                            .call())
                    .isTrue();
        }
    }

    private static String run(Path output, String first) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dspring.aot.enabled=true",
                        "-cp",
                        first + File.pathSeparator + System.getProperty("java.class.path"),
                        AheadOfTimeApplication.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
