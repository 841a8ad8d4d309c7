package dev.simurgh.cluster.jgroups;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says all kinds of things at a port that belong to no node. */
final class Strangers implements AutoCloseable {
    private final int port;
    private final Random random = new Random(7);
    private final Deque<Socket> open = new ArrayDeque<>();
    private final ScheduledExecutorService slowly = Executors.newSingleThreadScheduledExecutor();

    Strangers(int port) {
        this.port = port;
    }

    /** Connects and stays. */
    Socket connect() {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(socket);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // shown the door already
        }
    }

    /** Connects, says something, and leaves. */
    void say(byte[] bytes) {
        try (Socket socket = connect()) {
            say(socket, bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            // shown the door already
        }
        open.removeLast();
    }

    /** Says something and stays, waiting for an answer. */
    void sayAndWait(byte[] bytes) {
        say(connect(), bytes);
    }

    void sayRubbish(int times) {
        for (int i = 0; i < times; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            say(bytes);
        }
    }

    /** Rubbish behind what a node says first. */
    void sayRubbishAsNode(int times) {
        for (int i = 0; i < times; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            bytes[0] = 0; // else almost every length is too much
            bytes[1] = 0;
            say(joined(SocketsRig.introduction(), bytes));
        }
    }

    void sayLengths() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, 0, 1, 2, 1 << 20, 1 << 24, Integer.MAX_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(4).putInt(length).array();
            say(joined(SocketsRig.introduction(), bytes));
            say(joined(SocketsRig.introduction(), bytes, new byte[200]));
            say(bytes);
        }
    }

    void sayOtherProtocols() {
        say("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        say("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] head = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xFC, 0x03, 0x03};
        say(head);
        for (int i = 0; i < 50; i++) {
            byte[] hello = new byte[517];
            random.nextBytes(hello);
            System.arraycopy(head, 0, hello, 0, head.length);
            say(hello);
        }
    }

    /** Half of what a node says first, of each length, and then nothing. */
    void sayHalf() {
        byte[] whole = SocketsRig.introduction();
        for (int length = 0; length <= whole.length; length++) {
            sayAndWait(Arrays.copyOf(whole, length));
        }
    }

    /** What a node has said, with some bits turned. */
    void sayDamaged(byte[] said, int times) {
        for (int i = 0; i < times; i++) {
            byte[] damaged = said.clone();
            for (int bits = random.nextInt(8); bits >= 0; bits--) {
                int at = random.nextInt(damaged.length);
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            }
            say(damaged);
        }
    }

    void connectMany(int times) {
        for (int i = 0; i < times; i++) {
            connect();
        }
    }

    /** A byte of it now and then, until this is closed. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody depends on it
    void saySlowly(byte[] bytes) {
        Socket socket = connect();
        int[] next = {0};
        slowly.scheduleAtFixedRate(
                () -> say(socket, new byte[] {bytes[next[0]++ % bytes.length]}), 0, 100, TimeUnit.MILLISECONDS);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        slowly.shutdownNow();
        try {
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
