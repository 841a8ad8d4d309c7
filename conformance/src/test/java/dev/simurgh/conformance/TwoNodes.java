package dev.simurgh.conformance;

import java.io.IOException;
import java.util.List;

/** Two servers that are one cluster, {@code n1@127.0.0.1} and {@code n2@127.0.0.1}, each in a process of its own. */
final class TwoNodes implements ServerUnderTest {
    private final ServerProcess first;
    private final ServerProcess second;

    TwoNodes() throws IOException {
        String n1 = "n1@127.0.0.1:" + ServerProcess.freePort();
        String n2 = "n2@127.0.0.1:" + ServerProcess.freePort();
        first = new ServerProcess(List.of("--name", n1));
        second = new ServerProcess(List.of("--name", n2, "--connect", n1));
        try {
            first.start();
            second.start();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public int port() {
        return first.port();
    }

    @Override
    public int port(Step step) {
        return of(step).port();
    }

    private ServerProcess of(Step step) {
        return step.node().equals("n2") ? second : first;
    }

    /** Kills it. */
    @Override
    public void signal(Step step) {
        of(step).kill();
    }

    @Override
    public void awaitExit() {
        throw new UnsupportedOperationException("awaitExit: a node that is killed is gone");
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
