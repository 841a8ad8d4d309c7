package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Replays the transcripts, each against a server of its own. {@code -Dconformance.port=4000} points it at a server that runs already, {@code -Dconformance.only=v1-}
 * takes the scenarios whose names start so, {@code -Dconformance.on=tomcat} serves them on that.
 */
@Execution(ExecutionMode.CONCURRENT)
class TranscriptsTest {
    private static final On ON = On.of(System.getProperty("conformance.on", "server"));
    private static final List<String> SPOKEN = List.of("v", "ws-", "http-", "lp-");

    @TestFactory
    Stream<DynamicTest> theServerAnswersAsRecorded() {
        return scenarios()
                .map(scenario -> KnownDifferences.of(ON, scenario.name())
                        .map(difference -> differs(scenario, difference))
                        .orElseGet(() -> test(scenario, TcpConnection::request)));
    }

    /** What was recorded over WebSocket and is not about WebSocket itself. Bytes from the server are nothing that long polling carries. */
    @TestFactory
    Stream<DynamicTest> andTheSameOverLongPolling() {
        return scenarios().filter(Scenario::isOfMessages).map(scenario -> test(scenario, PollingConnection::request));
    }

    /** What was recorded of presences with version 2, as it would be with version 1. */
    @TestFactory
    Stream<DynamicTest> andPresencesInVersion1() {
        return scenarios()
                .filter(scenario -> scenario.name().equals("v2-presence"))
                .map(Scenario::inVersion1)
                .flatMap(scenario ->
                        Stream.of(test(scenario, TcpConnection::request), test(scenario, PollingConnection::request)));
    }

    @TestFactory
    Stream<DynamicTest> twoNodesAnswerAsRecorded() {
        return named().filter(Scenario::isOfNodes).map(scenario -> test(scenario, TcpConnection::request));
    }

    private static Stream<Scenario> scenarios() {
        return named().filter(scenario -> !scenario.isOfNodes());
    }

    private static Stream<Scenario> named() {
        List<String> only = Optional.ofNullable(System.getProperty("conformance.only"))
                .map(List::of)
                .orElse(SPOKEN);
        return Transcripts.names().stream()
                .filter(name -> only.stream().anyMatch(name::startsWith))
                .map(Transcripts::expected);
    }

    private static DynamicTest test(Scenario scenario, Connection.Opener opener) {
        return DynamicTest.dynamicTest(
                displayName(scenario), Transcripts.file(scenario.name()).toUri(), () -> replay(scenario, opener));
    }

    private static DynamicTest differs(Scenario scenario, String difference) {
        return DynamicTest.dynamicTest(
                scenario.name() + " [differs on " + ON.option() + ": " + difference + "]",
                () -> assertThatExceptionOfType(ReplayFailure.class)
                        .as("no longer so: %s", difference)
                        .isThrownBy(() -> replay(scenario, TcpConnection::request)));
    }

    private static void replay(Scenario scenario, Connection.Opener opener) throws Exception {
        for (int attempts = scenario.isHasty() ? 3 : 1; ; attempts--) {
            try {
                attempt(scenario, opener);
                return;
            } catch (ReplayFailure e) {
                if (attempts == 1) {
                    throw e;
                }
            }
        }
    }

    private static void attempt(Scenario scenario, Connection.Opener opener) throws Exception {
        try (ServerUnderTest server = scenario.isOfNodes() ? new TwoNodes() : start()) {
            Assumptions.assumeFalse(
                    server instanceof RunningServer && scenario.endsTheServer(), "needs a server of its own");
            Replay.run(scenario, server, Pace.RECORDED, opener);
        }
    }

    private static ServerUnderTest start() {
        int port = Integer.getInteger("conformance.port", 0);
        return port == 0 ? new OwnServer(ON) : new RunningServer(port);
    }

    private static String displayName(Scenario scenario) {
        return scenario.name() + ": " + scenario.title()
                + scenario.reason().map(reason -> " [differs: " + reason + "]").orElse("");
    }
}
