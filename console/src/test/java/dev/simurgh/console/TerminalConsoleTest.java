package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console at a terminal, and what docs/guides/console.md shows of it. */
@Timeout(180)
class TerminalConsoleTest {
    private static final String PROMPT = "server@127.0.0.1> ";

    @TempDir
    Path folder;

    private final Endpoint endpoint =
            Endpoint.builder().nodeName("server@127.0.0.1").build();
    private Typist typist;

    @BeforeEach
    void open() throws Exception {
        typist = new Typist(Console.of(endpoint), folder.resolve("history"));
        typist.await("/help for help, /exit or Ctrl-D to leave").await(PROMPT);
    }

    @AfterEach
    void close() throws Exception {
        typist.close();
        endpoint.close();
    }

    @Test
    void aValueIsShownAndThePromptComesBack() throws Exception {
        typist.type("node.self()\r").await("==> \"server@127.0.0.1\"").await(PROMPT);
    }

    @Test
    void anUnfinishedLineIsContinued() throws Exception {
        typist.type("int twice(int x) {\r")
                .await(".> ")
                .type("return 2 * x; }\r")
                .await("ok")
                .await(PROMPT);
        typist.type("twice(21)\r").await("==> 42");
    }

    @Test
    void tabCompletes() throws Exception {
        typist.type("node.sel\t").await("self()").type("\r").await("==> \"server@127.0.0.1\"");
        typist.type("/conn\t").await("/connections").type("\r").await("0 connections");
    }

    @Test
    void tabBehindAParenthesisShowsSignatures() throws Exception {
        typist.type("endpoint.broadcast(\t")
                .await("void Endpoint.broadcast(String topic, String event, Object payload)");
    }

    @Test
    void ctrlCInterruptsWhatRuns() throws Exception {
        typist.type("{ System.out.println(\"run\" + \"ning\"); Thread.sleep(1_000_000); }\r")
                .await("running");

        typist.type(Typist.CTRL_C)
                .await("java.lang.InterruptedException: sleep interrupted")
                .await(PROMPT);
    }

    @Test
    void ctrlCTwiceLeavesWhatCannotBeInterruptedToItself() throws Exception {
        typist.type("var never = new CompletableFuture<String>()\r")
                .await("never ==>")
                .await(PROMPT);
        typist.type("{ System.out.println(\"run\" + \"ning\"); never.join(); }\r")
                .await("running");

        typist.type(Typist.CTRL_C)
                .type(Typist.CTRL_C)
                .await("left running in the background, as thread console-snippet-")
                .await(PROMPT);
        typist.type("never.complete(\"now\")\r").await("==> true");
    }

    @Test
    void ctrlCEndsALoopOrTellsHowToLeaveIt() throws Exception {
        typist.type("var goOn = new java.util.concurrent.atomic.AtomicBoolean(true)\r")
                .await("goOn ==>")
                .await(PROMPT);
        typist.type("{ System.out.println(\"run\" + \"ning\"); while (goOn.get()) { } }\r")
                .await("running")
                .type(Typist.CTRL_C);

        if (SnippetRunner.WOVEN) {
            typist.await("interrupted").await(PROMPT);
        } else {
            typist.await("still running: Ctrl-C again leaves it in the background")
                    .type(Typist.CTRL_C)
                    .await("left running in the background")
                    .await(PROMPT);
        }
        typist.type("goOn.getAndSet(false)\r").await("==> true").await(PROMPT);
    }

    @Test
    void ctrlCAtThePromptClearsTheLine() throws Exception {
        typist.type("not Java").await("not Java").type(Typist.CTRL_C).await(PROMPT);
        typist.type("1 + 1\r").await("==> 2");
    }

    @Test
    void exitLeaves() throws Exception {
        typist.type("exit\r").awaitEnd();
    }

    @Test
    void viLeaves() throws Exception {
        typist.type(":q\r").awaitEnd();
    }

    @Test
    void ctrlDLeaves() throws Exception {
        typist.type(Typist.CTRL_D).awaitEnd();
    }

    @Test
    void closeLeavesToo() throws Exception {
        PrintStream during = System.out;

        typist.close();

        assertThat(System.out).isNotSameAs(during);
    }

    @Test
    void closeInterruptsWhatRuns() throws Exception {
        typist.type("{ System.out.println(\"run\" + \"ning\"); Thread.sleep(1_000_000); }\r")
                .await("running");

        typist.close(); // returns only if the console has ended
    }

    @Test
    void whatIsLoggedStandsOnLinesOfItsOwnAndTheTypedLineSurvives() throws Exception {
        typist.type("node.se").await("node.se");

        System.out.println("a line of a log");
        typist.await("a line of a log");

        typist.type("lf()\r").await("==> \"server@127.0.0.1\"");
    }

    @Test
    void whatASnippetPrintsComesBeforeItsAnswer() throws Exception {
        typist.type("System.out.print(\"no line\" + \" feed\")\r")
                .await("no line feed")
                .await("ok")
                .await(PROMPT);
    }

    @Test
    void linesAreRememberedExceptThoseWithSecrets() throws Exception {
        typist.type("1 + 41\r").await("==> 42").await(PROMPT);
        typist.type("\"my\" + \"Secret\"\r").await("mySecret").await(PROMPT);
        typist.type(Typist.UP)
                .await("\"my\"")
                .type(Typist.UP)
                .await("1 + 41")
                .type("\r")
                .await("==> 42");
        typist.close();

        assertThat(Files.readString(folder.resolve("history")))
                .contains("1 + 41")
                .doesNotContain("Secret");
    }
}
