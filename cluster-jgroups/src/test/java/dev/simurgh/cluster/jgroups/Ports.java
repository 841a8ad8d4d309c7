package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports that are free, below those that the system hands out for outgoing connections. Of two JVMs that test at the same
 * time each has a range of its own: a port may be free for long before the node is there that is to have it.
 */
final class Ports {
    private static final int RANGE = 6_000;
    private static final int FIRST = 20_000 + Integer.getInteger("simurgh.test.fork", 1) % 2 * RANGE;

    private static int next = FIRST + (int) (ProcessHandle.current().pid() % 500) * 10;

    private Ports() {}

    static synchronized int free() {
        for (int tries = 0; tries < 1000; tries++) {
            next = next >= FIRST + RANGE - 1 ? FIRST : next + 1;
            try (ServerSocket socket = new ServerSocket(next, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken
            }
        }
        throw new UncheckedIOException(new IOException("no free port"));
    }
}
