package dev.simurgh.conformance;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A server that runs already, on the port given with {@code -Dconformance.port}. Scenarios share its topics, so it serves one at a
 * time, and it cannot be told to stop.
 */
final class RunningServer implements ServerUnderTest {
    private static final ReentrantLock IN_USE = new ReentrantLock();

    private final int port;

    RunningServer(int port) {
        this.port = port;
        IN_USE.lock();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void signal(Step step) {
        throw new UnsupportedOperationException("signal: a server that runs already is not told to stop");
    }

    @Override
    public void awaitExit() {
        throw new UnsupportedOperationException("awaitExit: a server that runs already is not told to stop");
    }

    @Override
    public void close() {
        IN_USE.unlock();
    }
}
