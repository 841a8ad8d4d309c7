package dev.simurgh.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * The storeys of {@code dev.simurgh.channel}, as ARCHITECTURE.md has them. A class that is in neither list belongs to the third. What
 * stands in {@code spi} is the ground, on which all of them stand.
 */
class StoreysTest {
    private static final String PACKAGE = "dev.simurgh.channel";
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PACKAGE);

    /** What users declare and receive, and what is handed to everybody. */
    private static final Set<String> FIRST = Set.of(
            "Assigns",
            "Callback",
            "ChannelProtocol",
            "ChannelSpec",
            "ConnectInfo",
            "ConnectRequest",
            "ConnectResult",
            "CookieSession",
            "Deliveries",
            "Durations",
            "Elapsed",
            "EndpointListener",
            "Environment",
            "ExpiryWarning",
            "GuardedListener",
            "GuardedObserver",
            "JoinResult",
            "Lifetime",
            "Limit",
            "Limits",
            "LoopCounts",
            "Traffic",
            "TrafficTotals",
            "LoopWatch",
            "Taps",
            "Next",
            "ParameterFilter",
            "PausedClients",
            "ReplayTurns",
            "Reply",
            "RequestUri",
            "Result",
            "Route",
            "Shown",
            "ShownJson",
            "Socket",
            "SocketRef",
            "SocketSide",
            "SocketSpec",
            "StopReason",
            "TimerRef");

    /** One connection at work. */
    private static final Set<String> SECOND = Set.of(
            "ChannelCode",
            "ChannelJoin",
            "ChannelMailbox",
            "ChannelOutside",
            "ChannelRuntime",
            "ChannelWire",
            "ClientConnection",
            "EarlyBroadcasts",
            "Expiry",
            "Holdings",
            "InboundRate",
            "Intake",
            "JoinLines",
            "JoinRate",
            "JoinState",
            "Line",
            "LoopSide",
            "Mailbox",
            "Newcomers",
            "ObservedCallback",
            "Replay",
            "Succession",
            "TopicTable");

    private static String file(JavaClass type) {
        String name = type.getName().substring(PACKAGE.length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static DescribedPredicate<JavaClass> storey(String name, IntPredicate which) {
        return DescribedPredicate.describe(
                name,
                type -> type.getPackageName().equals(PACKAGE) && which.test(storey(file(type.getBaseComponentType()))));
    }

    private static int storey(String file) {
        return FIRST.contains(file) ? 1 : SECOND.contains(file) ? 2 : 3;
    }

    @Test
    void aConnectionAtWorkKnowsNoEndpoint() {
        noClasses()
                .that(storey("are of the second storey", storey -> storey == 2))
                .should()
                .dependOnClassesThat(storey("are of the third", storey -> storey == 3))
                .check(CODE);
    }

    @Test
    void whatUsersDeclareKnowsNeitherConnectionsNorEndpoints() {
        noClasses()
                .that(storey("are of the first storey", storey -> storey == 1))
                .and()
                .doNotHaveSimpleName("Socket")
                .should()
                .dependOnClassesThat(storey("are of the second or third", storey -> storey > 1))
                .check(CODE);
    }

    @Test
    void aSocketLooksUpToItsEndpointOnly() {
        noClasses()
                .that()
                .haveFullyQualifiedName(PACKAGE + ".Socket")
                .should()
                .dependOnClassesThat(storey("are above but not the endpoint", storey -> storey > 1)
                        .and(DescribedPredicate.describe("", type -> !file(type).equals("Endpoint"))))
                .check(CODE);
    }
}
