package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ScreenTest {
    private final StringBuilder shown = new StringBuilder();
    private final ByteArrayOutputStream beside = new ByteArrayOutputStream();
    private final PrintStream fallback = new PrintStream(beside, true, StandardCharsets.UTF_8);

    @Test
    void linesComeInOrderAndAStartedOneAtTheFlush() {
        try (Screen screen = new Screen(shown::append, fallback)) {
            PrintStream out = screen.stream(StandardCharsets.UTF_8);
            out.print("one\ntwo\r\nthr");
            out.print("ee ü");
            screen.flush();

            assertThat(shown).hasToString("one\ntwo\nthree ü\n");
        }
    }

    @Test
    void aTerminalThatStandsStillStopsNobodyAndWhatWasDroppedIsCounted() {
        CountDownLatch stopped = new CountDownLatch(1);
        try (Screen screen = new Screen(text -> waitThenShow(stopped, text), fallback)) {
            PrintStream out = screen.stream(StandardCharsets.UTF_8);
            for (int i = 0; i < 30_000; i++) {
                out.println(i); // returns, though nothing is shown
            }
            stopped.countDown();
        }
        assertThat(shown.toString()).startsWith("0\n1\n2\n").containsPattern("console: \\d{5} lines not shown\n");
    }

    private void waitThenShow(CountDownLatch stopped, String text) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        shown.append(text);
    }

    @Test
    void whatATerminalThatHasGoneRefusesIsShownBeside() {
        try (Screen screen = new Screen(
                text -> {
                    throw new IllegalStateException("gone");
                },
                fallback)) {
            screen.print("stopping");
        }
        assertThat(beside.toString(StandardCharsets.UTF_8)).isEqualTo("stopping\n");
    }

    @Test
    void anAnswerIsNeverDroppedHoweverMuchIsLogged() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        try (Screen screen = new Screen(text -> waitThenShow(stopped, text), fallback)) {
            for (int i = 0; i < 30_000; i++) {
                screen.print("a line of a log");
            }
            Thread console = new Thread(() -> screen.show("the answer"));
            console.start();
            while (console.isAlive() && console.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            stopped.countDown();
            console.join();
        }
        assertThat(shown.toString()).contains("the answer\n");
    }

    @Test
    void whatIsPrintedAfterTheEndIsShownBeside() {
        Screen screen = new Screen(shown::append, fallback);
        PrintStream kept = screen.stream(StandardCharsets.UTF_8);
        kept.println("before");
        screen.close();

        kept.println("after");
        screen.flush(); // returns, though nobody draws

        assertThat(shown).hasToString("before\n");
        assertThat(beside.toString(StandardCharsets.UTF_8)).isEqualTo("after\n");
    }

    @Test
    void anInterruptedThreadCanEndItToo() {
        Screen screen = new Screen(shown::append, fallback);
        screen.print("before");
        screen.flush();

        Thread.currentThread().interrupt();
        screen.close();

        assertThat(Thread.interrupted()).as("interrupted as before").isTrue();
        assertThat(shown).hasToString("before\n");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("console-screen");
    }
}
