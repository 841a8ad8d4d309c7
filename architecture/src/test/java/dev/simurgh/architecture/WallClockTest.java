package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who looks at the time of day. Whoever sets it an hour forth or back ends nothing and keeps nothing: all timeouts, rates, windows and sessions
 * are on a clock that nobody sets. A new name in this list is to be thought about: what if the clock jumps?
 */
class WallClockTest {
    private static final Set<String> LOOKERS = Set.of(
            // when something was, for who looks at it
            "dev.simurgh.dashboard.NodeView",
            // how old a token is that was signed a moment ago, as Tokens judges it
            "dev.simurgh.dashboard.PageTokens",
            "dev.simurgh.dashboard.Tap",
            "dev.simurgh.dashboard.Viewers",
            // once, when a file is opened; from then on it goes by what has passed
            "dev.simurgh.journal.jdbc.StoreClock",
            // the number of a node's start: others tell starts from each other by it
            "dev.simurgh.pubsub.NodeId",
            // the Date header
            "dev.simurgh.server.http.Responses",
            // when what Spring Security knows of a client ends; from then on it goes by what has passed
            "dev.simurgh.spring.security.SocketSecurity",
            // the age of tickets
            "dev.simurgh.spring.security.SocketSecurityAutoConfiguration",
            // the Date header
            "dev.simurgh.transport.http.HostedExchange",
            // the age of tokens, as Phoenix judges it
            "dev.simurgh.token.Tokens$Builder");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "dev.simurgh.channel",
                    "dev.simurgh.cluster",
                    "dev.simurgh.dashboard",
                    "dev.simurgh.jakarta",
                    "dev.simurgh.journal",
                    "dev.simurgh.netty",
                    "dev.simurgh.presence",
                    "dev.simurgh.protocol",
                    "dev.simurgh.pubsub",
                    "dev.simurgh.reactor",
                    "dev.simurgh.server",
                    "dev.simurgh.spring",
                    "dev.simurgh.token",
                    "dev.simurgh.transport");

    @Test
    void onlyTheseLookAtTheTimeOfDay() {
        Set<String> found = CODE.stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(WallClockTest::looks)
                .map(code -> code.getOwner().getName())
                .collect(Collectors.toSet());
        assertThat(found).isEqualTo(LOOKERS);
    }

    private static boolean looks(JavaCodeUnit code) {
        return code.getCallsFromSelf().stream().anyMatch(call -> isTimeOfDay(call.getTarget()))
                || code.getMethodReferencesFromSelf().stream()
                        .anyMatch(reference -> isTimeOfDay(reference.getTarget()));
    }

    private static boolean isTimeOfDay(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return (owner.equals(System.class.getName()) && name.equals("currentTimeMillis"))
                || (owner.startsWith("java.time.")
                        && (name.equals("now") || name.startsWith("system") || name.startsWith("tick")))
                || (owner.equals(Date.class.getName()) && name.equals("<init>"));
    }
}
