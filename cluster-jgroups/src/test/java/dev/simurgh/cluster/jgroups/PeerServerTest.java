package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jgroups.JChannel;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.DefaultThreadFactory;
import org.junit.jupiter.api.Test;

class PeerServerTest {
    private static final String HERE = "here@127.0.0.1";

    private final AtomicBoolean exhausted = new AtomicBoolean();
    private final CountDownLatch failed = new CountDownLatch(1);

    /** Has no more threads for connections, at times. */
    private final class Threads extends DefaultThreadFactory {
        Threads() {
            super("test-", true);
        }

        @Override
        public Thread newThread(Runnable task, String name) {
            Thread thread = new Thread(task, name) {
                @Override
                public synchronized void start() {
                    if (exhausted.get() && name.startsWith("writer")) {
                        failed.countDown();
                        throw new OutOfMemoryError("no thread, as a test has it");
                    }
                    super.start();
                }
            };
            thread.setDaemon(true);
            return thread;
        }

        @Override
        public Thread newThread(Runnable task) {
            return newThread(task, "worker");
        }

        @Override
        public void renameThread(String name, Thread thread) {}
    }

    @Test
    void aConnectionWithoutThreadsDoesNotKeepTheNextOut() throws Exception {
        int port = Ports.free();
        try (JChannel channel =
                Stack.channel(InetAddress.getLoopbackAddress(), port, 1, new Contacts(HERE, List::of), null)) {
            channel.getProtocolStack().getTransport().setThreadFactory(new Threads());
            channel.name(HERE);
            channel.connect(JGroupsCarrier.CLUSTER);
            exhausted.set(true);
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
                introduce(stranger, new IpAddress(InetAddress.getLoopbackAddress(), 9));
                assertTrue(failed.await(30, TimeUnit.SECONDS));
                assertEquals(-1, stranger.getInputStream().read());
            }
            exhausted.set(false);
            try (CarrierProcess other = new CarrierProcess("other@127.0.0.1:" + Ports.free(), HERE + ":" + port)) {
                Cluster.until(() -> other.met() == 1);
            }
        }
    }

    private static void introduce(Socket stranger, IpAddress as) throws Exception {
        ByteArrayOutputStream address = new ByteArrayOutputStream();
        as.writeTo(new DataOutputStream(address));
        DataOutputStream out = new DataOutputStream(stranger.getOutputStream());
        out.write(Connection.cookie);
        out.writeShort(Version.version);
        out.writeShort(address.size());
        out.write(address.toByteArray());
        out.flush();
    }
}
