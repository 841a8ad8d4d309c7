package dev.simurgh.conformance;

/** A running server that a scenario can be replayed against. */
interface ServerUnderTest extends AutoCloseable {
    int port();

    /** The port of the one that a step is for, where several are one cluster. */
    default int port(Step step) {
        return port();
    }

    /** Gives the server the signal of a step; returns at once. */
    void signal(Step step);

    /** Waits until the server has stopped after the signal. */
    void awaitExit() throws InterruptedException;

    @Override
    void close();
}
