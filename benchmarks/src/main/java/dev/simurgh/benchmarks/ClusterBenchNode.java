package dev.simurgh.benchmarks;

import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** One of the other nodes of {@link ClusterBench}: the process, and what runs in it. It ends with its standard input. */
final class ClusterBenchNode implements AutoCloseable {
    static final String LOAD = "bench:load";
    static final String ACKS = "bench:acks";
    static final String REPORTS = "bench:reports";
    static final String REPORT = "report";
    static final String SENDER = "sender@127.0.0.1";
    private static final String MESSAGE = "msg";
    private static final String READY = "ready";

    private final Process process;
    private final BufferedReader answers;

    private ClusterBenchNode(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static ClusterBenchNode start(int number, int senderPort, boolean interested, int ackEvery, String secret)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClusterBenchNode.class.getName()));
        command.addAll(List.of(String.valueOf(number), String.valueOf(interested), String.valueOf(ackEvery)));
        command.add(SENDER + ":" + senderPort);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SECRET", secret);
        return new ClusterBenchNode(builder.start());
    }

    /** A port that is free now. The default ports are not taken: a real cluster may run there. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void awaitReady() throws IOException {
        if (!READY.equals(answers.readLine())) {
            throw new IllegalStateException("a node has ended (expected: one that takes part)");
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        OwnServer.end(process);
    }

    // What is sent.

    static Broadcast load(int bytes, long dueNanos) {
        byte[] payload = new byte[bytes];
        ByteBuffer.wrap(payload).putLong(dueNanos);
        return Broadcast.of(LOAD, MESSAGE, Payload.binary(payload));
    }

    private static Broadcast ack(int index, long count) {
        byte[] payload = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(index)
                .putLong(count)
                .array();
        return Broadcast.of(ACKS, MESSAGE, Payload.binary(payload));
    }

    static int index(Broadcast ack) {
        return (int) bytes(ack.payload()).getLong();
    }

    static long count(Broadcast ack) {
        return bytes(ack.payload()).getLong(bytes(ack.payload()).position() + Long.BYTES);
    }

    static Histogram histogram(Payload report) throws DataFormatException {
        return Histogram.decodeFromCompressedByteBuffer(bytes(report).slice(), 0);
    }

    private static ByteBuffer bytes(Payload payload) {
        Payload.Binary binary = (Payload.Binary) payload;
        return ByteBuffer.wrap(binary.array(), binary.offset(), binary.length());
    }

    // The other process.

    /** Runs a node until standard input ends. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        int number = Integer.parseInt(args[0]);
        JGroupsCluster.Builder builder = JGroupsCluster.builder()
                .name("node" + number + "@127.0.0.1")
                .port(freePort())
                .connect(args[3]);
        String secret = System.getenv("SECRET");
        PubSub pubsub = PubSub.on((secret.isEmpty() ? builder : builder.secret(secret)).build());
        if (Boolean.parseBoolean(args[1])) {
            Receiver receiver = new Receiver(pubsub, number - 1, Integer.parseInt(args[2]));
            pubsub.subscribe(LOAD, SerialLoop.on(Runnable::run), receiver::take);
        }
        answers.println(pubsub.node().list().contains(SENDER) ? READY : "alone");
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    private static final class Receiver {
        private final PubSub pubsub;
        private final int index;
        private final int ackEvery;
        private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        private long count;

        Receiver(PubSub pubsub, int index, int ackEvery) {
            this.pubsub = pubsub;
            this.index = index;
            this.ackEvery = ackEvery;
        }

        void take(Broadcast broadcast) {
            if (broadcast.event().equals(REPORT)) {
                report();
                return;
            }
            latency.recordValue(
                    Math.max(0, System.nanoTime() - bytes(broadcast.payload()).getLong()));
            if (++count % ackEvery == 0) {
                pubsub.directBroadcast(SENDER, ack(index, count));
            }
        }

        private void report() {
            ByteBuffer bytes = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
            int length = latency.encodeIntoCompressedByteBuffer(bytes);
            pubsub.directBroadcast(SENDER, Broadcast.of(REPORTS, MESSAGE, Payload.binary(bytes.array(), 0, length)));
            latency.reset();
        }
    }
}
