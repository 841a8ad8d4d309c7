package dev.simurgh.conformance;

/** A running server that a scenario can be replayed against. */
interface ServerUnderTest extends AutoCloseable {
    int port();

    /** Tells the server to stop, as SIGTERM does; returns at once. */
    void signal();

    /** Waits until the server has stopped after the signal. */
    void awaitExit() throws InterruptedException;

    @Override
    void close();
}
