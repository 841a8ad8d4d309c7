package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.server.Server;
import dev.simurgh.transport.ServerLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** What a {@link PresenceNode} runs: a server whose topics {@code crowd:*} show who is on them, maybe in a cluster. It does what lines of standard input say. */
final class PresenceSubject {
    static final String TOPICS = "crowd:";
    private static final byte[] TIME = Client.ascii("\"t\":");
    private static final byte[] LEAVES = Client.ascii("\"leaves\":");

    private final Presence presence = Presence.builder().build();
    private final @Nullable CountingAdapter cluster;
    private final Endpoint endpoint;
    private final List<Member> members = new ArrayList<>();
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    private int filled;

    private record Member(PresenceOwner owner, String topic, String key, int bytes) {}

    /** Who joins under a name is present under it; who has none only looks on. */
    private record Hello(@Nullable String name) {}

    private record Device(String device) {}

    private static final class Crowd {}

    private PresenceSubject(@Nullable CountingAdapter cluster) {
        this.cluster = cluster;
        Limits limits = Limits.builder()
                .messagesPerSecond(Integer.MAX_VALUE)
                .bytesPerSecond(Integer.MAX_VALUE)
                .build();
        ChannelSpec<Crowd> crowd = ChannelSpec.builder(Crowd::new)
                .join(Hello.class, (channel, hello, socket) -> join(hello, socket))
                .nonBlocking()
                .build();
        Endpoint.Builder builder = Endpoint.builder()
                .part(presence)
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel(TOPICS + "*", crowd)
                                .limits(limits)
                                .build());
        endpoint = (cluster == null ? builder : builder.cluster(cluster)).build();
    }

    private JoinResult join(Hello hello, Socket socket) {
        return hello.name() == null ? JoinResult.ok() : presence.joinState(socket, hello.name(), new Device("a phone"));
    }

    /** Runs until standard input ends. Arguments: none, or name, port and contact of a node. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // what is logged must not be taken for an answer
        PresenceSubject subject = new PresenceSubject(args.length == 0 ? null : cluster(args));
        answers.println(subject.serve().port());
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.println(subject.answer(line.split(" ", -1)));
        }
        System.exit(0);
    }

    private Server serve() {
        ServerLimits limits = ServerLimits.builder()
                .maxConnections(Integer.MAX_VALUE)
                .maxConnectionsPerAddress(Integer.MAX_VALUE)
                .build();
        return Server.builder(endpoint).host("127.0.0.1").port(0).limits(limits).start();
    }

    private static CountingAdapter cluster(String[] args) {
        JGroupsCluster.Builder builder = JGroupsCluster.builder().name(args[0]).port(Integer.parseInt(args[1]));
        return new CountingAdapter((args[2].isEmpty() ? builder : builder.connect(args[2])).build());
    }

    private Object answer(String[] words) {
        return switch (words[0]) {
            case "fill" -> fill(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "empty" -> empty();
            case "count" -> presence.count(words[1]);
            case "heap" -> OwnServer.heap();
            case "sent" -> cluster == null ? "0 0" : cluster.messages() + " " + cluster.bytes();
            case "watch" -> watch(words[1]);
            case "seen" -> latencies.getTotalCount();
            case "latencies" -> latencies();
            case "update" -> update(words[1], Double.parseDouble(words[2]), Double.parseDouble(words[3]));
            default -> throw new IllegalArgumentException(words[0] + " (expected: a question)");
        };
    }

    private int fill(String topic, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            Member member = new Member(presence.owner(), topic, "user-" + filled++, bytes);
            if (!member.owner.track(topic, member.key, meta(bytes, 0)).isOk()) {
                throw new IllegalStateException("track: refused (expected: room for " + count + ")");
            }
            members.add(member);
        }
        return count;
    }

    /** A meta of that many bytes, or as short as it can be. */
    static Payload meta(int bytes, long time) {
        String start = "{\"t\":" + time + ",\"x\":\"";
        return Payload.json(start + "x".repeat(Math.max(0, bytes - start.length() - 2)) + "\"}");
    }

    private int empty() {
        int count = members.size();
        members.forEach(member -> member.owner.close());
        members.clear();
        return count;
    }

    private String watch(String topic) {
        endpoint.pubsub().subscribe(topic, SerialLoop.on(Runnable::run), this::seen);
        return "watching";
    }

    private void seen(Broadcast broadcast) {
        long now = System.nanoTime();
        Payload.Json diff = (Payload.Json) broadcast.payload();
        byte[] in = diff.array();
        int to = diff.offset() + diff.length();
        int leaves = Stamp.after(LEAVES, in, diff.offset(), to);
        for (int at = Stamp.after(TIME, in, diff.offset(), leaves); at >= 0; at = Stamp.after(TIME, in, at, leaves)) {
            long made = Envelope.number(in, at, leaves);
            if (made > 0) {
                latencies.recordValue(Math.min(Math.max(0, now - made), TimeUnit.MINUTES.toNanos(1)));
            }
        }
    }

    private String latencies() {
        ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(bytes);
        latencies.reset();
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), length));
    }

    private long update(String topic, double rate, double seconds) {
        List<Member> those =
                members.stream().filter(member -> member.topic.equals(topic)).toList();
        long began = System.nanoTime();
        long end = began + Timeline.nanos(seconds);
        long done = 0;
        for (long due = began; due < end; due = began + (long) (done * 1e9 / rate)) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            Member member = those.get((int) (done++ % those.size()));
            if (!member.owner.update(topic, member.key, meta(member.bytes, due)).isOk()) {
                throw new IllegalStateException("update: refused (expected: a rate that each may have)");
            }
        }
        return done;
    }
}
