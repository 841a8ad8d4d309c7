package dev.simurgh.console;

import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * For input that is not typed: a prompt and the answers, no echo, no escape sequences, each flushed. While it is open, {@link System#out}
 * goes through it, so that an answer begins a line even if a snippet has printed half a one.
 */
final class PipedLines implements Lines {
    private static final int LONGEST_QUOTE = 80;

    private final BufferedReader in;
    private final LineStarts starts;
    private final PrintStream out;
    private final PrintStream systemOut = System.out;
    private final String prompt;
    private final Supplier<Snippets> snippets;

    PipedLines(InputStream in, OutputStream out, String prompt, Supplier<Snippets> snippets) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.starts = new LineStarts(out);
        this.out = new PrintStream(starts, true, StandardCharsets.UTF_8);
        this.prompt = prompt;
        this.snippets = snippets;
        System.setOut(this.out);
    }

    /** Knows whether a line was begun and not ended. */
    private static final class LineStarts extends FilterOutputStream {
        private volatile boolean begun;

        LineStarts(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            begun = b != '\n';
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            begun = length == 0 ? begun : bytes[offset + length - 1] != '\n';
        }
    }

    @Override
    public @Nullable String read() {
        try {
            out.print(prompt);
            out.flush();
            starts.begun = false; // what comes stands behind the prompt
            String first = in.readLine();
            String input = first;
            for (int more = 0; input != null && !isComplete(input); more++) {
                String next = in.readLine();
                if (next == null) {
                    print(incomplete(first, more));
                    return null;
                }
                input = input + "\n" + next;
            }
            return input;
        } catch (IOException e) {
            throw new UncheckedIOException("console: input could not be read", e);
        }
    }

    private boolean isComplete(String input) {
        return Commands.isCommand(input)
                || Commands.leaves(input)
                || snippets.get().isComplete(input);
    }

    private static String incomplete(String first, int more) {
        return "incomplete: " + Text.cut(Text.clean(first), LONGEST_QUOTE) + " (expected: an end of it; it was not run"
                + (more == 0 ? ")" : ", nor were the lines behind it: " + more + ")");
    }

    @Override
    public void print(String text) {
        out.print((starts.begun ? "\n" : "") + text + "\n"); // in one piece: a line of a log cannot come in between
        out.flush();
    }

    @Override
    public void onInterrupt(Runnable action) {
        // Ctrl-C is for the whole process, as with any other program that reads from a pipe.
    }

    @Override
    public void interrupt() {
        // A read from a pipe cannot be interrupted; the process ends all the same, for the caller is the thread that
        // ends it.
    }

    @Override
    public void close() {
        out.println();
        out.flush();
        if (System.out == out) {
            System.setOut(systemOut);
        }
    }
}
