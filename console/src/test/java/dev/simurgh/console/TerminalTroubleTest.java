package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A terminal that stands still, a history that cannot be kept, an end at the wrong moment. */
@Timeout(180)
class TerminalTroubleTest {
    private static final String PROMPT = "server@127.0.0.1> ";

    @TempDir
    Path folder;

    private final Endpoint endpoint =
            Endpoint.builder().nodeName("server@127.0.0.1").build();

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void aHistoryThatCannotBeKeptIsToldAndTheLineRuns() throws Exception {
        Typist typist = new Typist(Console.of(endpoint), Path.of("/dev/null/no/history"));

        typist.await(PROMPT)
                .type("1 + 1\r")
                .await("console: history is not kept: ")
                .await("==> 2");

        typist.close();
    }

    @Test
    void aSnippetThatPrintsToATerminalThatStandsStillStopsNobody() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Console console = Console.of(endpoint).bind("start", start).bind("end", end);
        Typist typist = new Typist(console, folder.resolve("history"));
        typist.await(PROMPT)
                .type("{ System.out.println(\"run\" + \"ning\"); start.await(); "
                        + "for (int i = 0; i < 30_000; i++) System.out.println(i); end.countDown(); }\r")
                .await("running");

        typist.standStill();
        start.countDown();
        assertThat(end.await(60, TimeUnit.SECONDS)).as("the snippet has ended").isTrue();
        System.out.println("whoever logs goes on");

        typist.goOn().await("lines not shown").await(PROMPT).close();
    }

    @Test
    @Timeout(20)
    void whatWasEndedBeforeItReadDoesNotRead() throws Exception {
        try (PipedOutputStream keys = new PipedOutputStream();
                InputStream in = new PipedInputStream(keys)) {
            Terminal terminal = new ExternalTerminal(
                    "memory", "xterm", in, OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
            try (Lines lines = new TerminalLines(terminal, PROMPT, folder.resolve("history"), () -> {
                throw new AssertionError("nothing was typed");
            })) {
                lines.interrupt();

                assertThat(lines.read()).isNull();
            }
        }
    }
}
