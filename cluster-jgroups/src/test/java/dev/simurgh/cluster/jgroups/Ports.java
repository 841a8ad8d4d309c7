package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that are free, below those that the system hands out for outgoing connections. */
final class Ports {
    private static int next = 20_000 + (int) (ProcessHandle.current().pid() % 1000) * 10;

    private Ports() {}

    static synchronized int free() {
        for (int tries = 0; tries < 1000; tries++) {
            next = next >= 31_999 ? 20_000 : next + 1;
            try (ServerSocket socket = new ServerSocket(next, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken
            }
        }
        throw new UncheckedIOException(new IOException("no free port"));
    }
}
