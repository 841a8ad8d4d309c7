package dev.simurgh.conformance;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Some of the transcripts on the servers on whose port an application's channels may be. All of them, with {@link KnownDifferences}, are replayed by {@link
 * TranscriptsTest} with {@code -Dconformance.on=tomcat}, {@code jetty} or {@code reactor-netty}; and all clients by {@link ClientsTest} with the same.
 */
@Execution(ExecutionMode.CONCURRENT)
class OnOthersTest {
    /**
     * A little of each kind, and nothing that waits long. No drain: the port is the application's, which closes it when the endpoint has ended, while Phoenix' is closed a
     * few milliseconds after the drain begins.
     */
    private static final List<String> SOME = List.of(
            "v1-join-ok",
            "v2-join-ok",
            "v2-push-reply",
            "v2-broadcast",
            "v2-binary-json",
            "v2-malformed-invalid-json",
            "v2-join-duplicate",
            "v2-crash-raise",
            "v2-disconnect-broadcast",
            "v2-auth",
            "http-connect-refused",
            "http-origin-list",
            "http-subprotocols",
            "http-auth-token",
            "http-connect-info",
            "ws-ping-pong",
            "ws-fragmented",
            "ws-client-close-1000",
            "lp-v2-session",
            "lp-v2-ndjson",
            "lp-v2-poll-wakes",
            "lp-cors");

    @TestFactory
    Stream<DynamicContainer> othersAnswerAsRecorded() {
        return EnumSet.complementOf(EnumSet.of(On.SERVER)).stream()
                .map(on -> DynamicContainer.dynamicContainer(
                        on.option(), SOME.stream().map(name -> test(on, name))));
    }

    private static DynamicTest test(On on, String name) {
        return DynamicTest.dynamicTest(on.option() + ": " + name, () -> {
            try (OwnServer server = new OwnServer(on)) {
                Replay.run(Transcripts.expected(name), server, Pace.RECORDED, TcpConnection::request);
            }
        });
    }
}
