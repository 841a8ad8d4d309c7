package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Tens of thousands who are on several topics each, and whose connections all end at once, while others stay and yet others join; in this process, without sockets. */
final class LeaveFigures {
    private static final int LOOPS = 2;
    private static final int META_BYTES = 24;
    private static final int PROBE_MILLIS = 10;
    private static final int CALM_PROBES = 100;
    private static final int CALM_ROUNDS = 10;
    private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final PresenceOptions options;
    private final Payload meta = PresenceSubject.meta(META_BYTES, 0);
    private final Presence presence = Presence.builder().build();
    private final List<LoopThread> loops = new ArrayList<>();
    private int probes;

    LeaveFigures(PresenceOptions options) {
        this.options = options;
    }

    boolean taken(Report report) throws Exception {
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new LoopThread());
        }
        try (Endpoint endpoint = endpoint()) {
            return taken(endpoint, report);
        } finally {
            loops.forEach(LoopThread::close);
        }
    }

    private record Hello(@Nullable String name) {}

    /** Who gives a name is present under it. */
    private static final class Room {
        private final LeaveFigures figures;
        private @Nullable String name;

        Room(LeaveFigures figures) {
            this.figures = figures;
        }

        JoinResult join(Hello hello, Socket socket) {
            name = hello.name();
            return JoinResult.ok();
        }

        Next afterJoin(Socket socket) {
            if (name != null
                    && !figures.presence.track(socket, name, figures.meta).isOk()) {
                throw new IllegalStateException("track: refused (expected: room for all)");
            }
            return Result.noReply();
        }
    }

    private Endpoint endpoint() {
        ChannelSpec<Room> room = ChannelSpec.builder(() -> new Room(this))
                .join(Hello.class, Room::join)
                .afterJoin(Room::afterJoin)
                .nonBlocking()
                .build();
        Limits limits = Limits.builder()
                .maxChannels(options.topics)
                .messagesPerSecond(Integer.MAX_VALUE)
                .build();
        return Endpoint.builder()
                .part(presence)
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("room:*", room)
                                .limits(limits)
                                .build())
                .build();
    }

    private boolean taken(Endpoint endpoint, Report report) throws InterruptedException {
        SocketMount mount = endpoint.backstage().mount("/socket").orElseThrow();
        int entries = options.leavers * options.topics;
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < options.leavers; i++) {
            members.add(new Member(loops.get(i % LOOPS), "user-" + i, topics(i * options.topics, options.topics)));
        }
        List<Member> watchers = new ArrayList<>();
        for (int topic = 0; topic < options.spread; topic++) {
            watchers.add(new Member(loops.get(topic % LOOPS), null, topics(topic, 1)));
        }
        Measured self = Measured.self();
        double cpu = self.cpuSeconds();
        long began = System.nanoTime();
        each(members, member -> member.connect(mount));
        boolean whole = await(() -> present() == entries);
        report.put("connections", options.leavers);
        report.put("entries", entries, options.topics + " of each, on " + options.spread + " topics");
        report.put("joined_s", (System.nanoTime() - began) / 1e9, 2, "two loops, without sockets and lists");
        report.put(
                "cpu_per_entry_joined_us", Measured.micros(self.cpuSeconds() - cpu, entries), 2, "its join included");
        for (Member watcher : watchers) {
            watcher.loop.execute(() -> watcher.connect(mount));
        }
        whole &= settled();
        ConcurrentHistogram calm = new ConcurrentHistogram(3);
        ConcurrentHistogram during = new ConcurrentHistogram(3);
        long calmed = System.nanoTime();
        whole &= probe(mount, calm, () -> probes >= CALM_PROBES || System.nanoTime() - calmed > PATIENCE_NANOS);
        whole &= settled();
        cpu = self.cpuSeconds();
        began = System.nanoTime();
        each(members, member -> member.connection().transportClosed());
        whole &= probe(mount, during, () -> present() <= probes);
        report.put("gone_s", (System.nanoTime() - began) / 1e9, 2, "until all are off all lists");
        report.put(
                "cpu_per_entry_gone_us", Measured.micros(self.cpuSeconds() - cpu, entries), 2, "its channel included");
        whole &= settled() && present() == probes;
        report.put(
                "frames_to_each_watcher",
                watchers.stream().mapToLong(Member::frames).sum() / watchers.size());
        report.put(
                "bytes_to_each_watcher",
                watchers.stream().mapToLong(Member::bytes).sum() / watchers.size());
        report.put("join_before", calm);
        report.put("join_meanwhile", during);
        return whole && during.getTotalCount() > 0;
    }

    private List<Integer> topics(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(topic -> topic % options.spread)
                .toList();
    }

    private long present() {
        long present = 0;
        for (int topic = 0; topic < options.spread; topic++) {
            present += presence.count("room:" + topic);
        }
        return present;
    }

    /** Waits until the loops have nothing left to do. */
    private boolean settled() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        int rounds = 0;
        while (rounds < CALM_ROUNDS && System.nanoTime() < end) {
            long began = System.nanoTime();
            CountDownLatch turns = new CountDownLatch(LOOPS);
            loops.forEach(loop -> loop.execute(turns::countDown));
            turns.await();
            rounds = System.nanoTime() - began < CALM_NANOS ? rounds + 1 : 0;
            TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
        }
        return rounds == CALM_ROUNDS;
    }

    private static boolean await(BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return done.getAsBoolean();
    }

    /** Has somebody new join every now and then, until something is so. */
    private boolean probe(SocketMount mount, ConcurrentHistogram times, BooleanSupplier done)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            LoopThread loop = loops.get(probes % LOOPS);
            long due = System.nanoTime();
            Member probe = new Member(loop, "probe-" + probes++, topics(probes, 1));
            probe.whenJoined = () -> times.recordValue(System.nanoTime() - due);
            loop.execute(() -> probe.connect(mount));
            TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
        }
        return done.getAsBoolean();
    }

    private void each(List<Member> members, Consumer<Member> step) {
        members.forEach(member -> member.on.comesOrGoes(() -> step.accept(member)));
    }

    /** A client that joins topics as soon as it is connected. On its loop only. */
    private static final class Member extends CountingTransport {
        private final LoopThread on;
        private final @Nullable String name;
        private final List<Integer> topics;
        Runnable whenJoined = () -> {};

        Member(LoopThread loop, @Nullable String name, List<Integer> topics) {
            super(loop);
            this.on = loop;
            this.name = name;
            this.topics = topics;
        }

        void connect(SocketMount mount) {
            ConnectRequest request = ConnectRequest.of(
                    Map.of(), ConnectInfo.builder().transport(name()).build());
            mount.connect(request, Serializers.V2, loop, () -> true, answer -> joinAll((Handshake.Accepted) answer));
        }

        private void joinAll(Handshake.Accepted accepted) {
            open(accepted);
            for (int topic : topics) {
                receive("[\"" + topic + "\",\"1\",\"room:" + topic + "\",\"phx_join\","
                        + (name == null ? "{}" : "{\"name\":\"" + name + "\"}") + "]");
            }
        }

        @Override
        void replied() {
            whenJoined.run();
            whenJoined = () -> {};
        }
    }
}
