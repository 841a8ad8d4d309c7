package dev.simurgh.conformance;

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
 * takes the scenarios whose names start so.
 */
@Execution(ExecutionMode.CONCURRENT)
class TranscriptsTest {
    private static final List<String> SPOKEN = List.of("v", "ws-", "http-");

    @TestFactory
    Stream<DynamicTest> theServerAnswersAsRecorded() {
        List<String> only = Optional.ofNullable(System.getProperty("conformance.only"))
                .map(List::of)
                .orElse(SPOKEN);
        return Transcripts.names().stream()
                .filter(name -> only.stream().anyMatch(name::startsWith))
                .filter(name -> !name.endsWith("-presence") && !name.endsWith("-cluster"))
                .map(Transcripts::expected)
                .map(scenario -> DynamicTest.dynamicTest(
                        displayName(scenario), Transcripts.file(scenario.name()).toUri(), () -> replay(scenario)));
    }

    private static void replay(Scenario scenario) throws InterruptedException {
        try (ServerUnderTest server = start()) {
            Assumptions.assumeFalse(
                    server instanceof RunningServer && scenario.endsTheServer(), "needs a server of its own");
            Replay.run(scenario, server, Pace.RECORDED);
        }
    }

    private static ServerUnderTest start() {
        int port = Integer.getInteger("conformance.port", 0);
        return port == 0 ? new OwnServer() : new RunningServer(port);
    }

    private static String displayName(Scenario scenario) {
        return scenario.name() + ": " + scenario.title()
                + scenario.reason().map(reason -> " [differs: " + reason + "]").orElse("");
    }
}
