package dev.simurgh.conformance;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The input and output of a node: what is typed goes in, and everything that it prints is kept. */
final class ClusterConsole {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** What a terminal is told beside the text: colours, positions, titles. */
    private static final Pattern ESCAPES =
            Pattern.compile("\\e(\\[[0-9;?>=]*[ -/]*[@-~]|\\][^\\a\\e]*(\\a|\\e\\\\)|[()][A-Z0-9]|[=>78cM])|[\\r\\a]");

    private static final int SHOWN = 4000;

    private final Process process;
    private final Writer typed;
    private final StringBuilder printed = new StringBuilder();
    private final StringBuilder logged = new StringBuilder();
    private int questions;

    ClusterConsole(Process process) {
        this.process = process;
        this.typed = process.outputWriter();
        keep(process.inputReader(), printed);
        keep(process.errorReader(), logged);
    }

    private void keep(Reader from, StringBuilder to) {
        Thread keeper = new Thread(() -> {
            char[] chars = new char[4096];
            try (from) {
                for (int n = from.read(chars); n > 0; n = from.read(chars)) {
                    append(to, chars, n);
                }
            } catch (IOException e) {
                // Killed: there is no more to read.
            }
            append(to, chars, 0);
        });
        keeper.setDaemon(true);
        keeper.start();
    }

    private synchronized void append(StringBuilder to, char[] chars, int length) {
        to.append(chars, 0, length);
        notifyAll();
    }

    /** Types lines, and returns all that the console prints until it has dealt with them. */
    String ask(String... lines) {
        int from = length();
        String answered = "answer " + ++questions + " ends here";
        Stream.of(lines).forEach(this::type);
        // Typed as a sum, so that a terminal that shows what is typed does not show the text that is waited for.
        type("\"answer \" + " + questions + " + \" ends here\"");
        return await(from, answered, ANSWER);
    }

    /** Waits until the text is printed, wherever it stands; returns all up to it. */
    String await(String text, Duration limit) {
        return await(0, text, limit);
    }

    private synchronized int length() {
        return printed.length();
    }

    private void type(String line) {
        try {
            typed.write(line + "\n");
            typed.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the node does not listen" + said(), e);
        }
    }

    private synchronized String await(int from, String text, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String plain = ESCAPES.matcher(printed.substring(from)).replaceAll("");
            int found = plain.indexOf(text);
            if (found >= 0) {
                return plain.substring(0, found);
            }
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0 || !process.isAlive()) {
                throw new AssertionError("the node did not print \"" + text + "\" within " + limit + said());
            }
            try {
                wait(Math.min(millis, 200));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for \"" + text + "\"" + said(), e);
            }
        }
    }

    /** All that was printed and logged, for the text of a failure. */
    synchronized String said() {
        return "\nthe process: " + process + "\nit printed:\n"
                + end(ESCAPES.matcher(printed).replaceAll("")) + "\nit logged:\n" + end(logged.toString());
    }

    private static String end(String text) {
        return text.length() <= SHOWN ? text : "..." + text.substring(text.length() - SHOWN);
    }
}
