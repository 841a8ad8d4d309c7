package dev.simurgh.console;

import org.jspecify.annotations.Nullable;

/** Where input comes from and answers go: a terminal, or a pipe. */
interface Lines extends AutoCloseable {
    /**
     * Reads input, of several lines where one is not complete; empty if the user took it back.
     *
     * @return null at the end of the input
     */
    @Nullable
    String read();

    /** Shows an answer, and what was printed before it. */
    void print(String text);

    /** What Ctrl-C is to do while no input is being read. */
    void onInterrupt(Runnable action);

    /** Ends the reading, from another thread, even if it begins later; harmless when it has ended. */
    void interrupt();

    @Override
    void close();
}
