package dev.simurgh.benchmarks;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;

/** What it costs to ask who is on a topic that has many, while somebody else comes, changes and goes there all the time; in this process, without clients. */
final class ReadFigures {
    private static final String TOPIC = "crowd:0";
    private static final int META_BYTES = 24;
    private static final int PARTS = 5;

    private final PresenceOptions options;
    private final Presence presence = Presence.builder().build();
    private final List<PresenceOwner> owners = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Histogram changes = Lane.histogram();
    private long read;

    ReadFigures(PresenceOptions options) {
        this.options = options;
    }

    boolean taken(Report report) throws Exception {
        try (Endpoint endpoint = Endpoint.builder().part(presence).build()) {
            Measured self = Measured.self();
            double cpu = self.cpuSeconds();
            for (int i = 0; i < options.entries; i++) {
                PresenceOwner owner = presence.owner();
                owner.track(TOPIC, key(i), PresenceSubject.meta(META_BYTES, 0));
                owners.add(owner);
            }
            report.put("entries", options.entries);
            report.put(
                    "cpu_per_track_us",
                    Measured.micros(self.cpuSeconds() - cpu, options.entries),
                    2,
                    "cold, of this process");
            Thread busy = new Thread(this::change, "changes");
            busy.start();
            long all = presence.count(TOPIC);
            boolean whole = read(report, "count", i -> presence.count(TOPIC), all);
            whole &= read(
                    report,
                    "get",
                    i -> presence.get(TOPIC, key(i % options.entries)).size(),
                    1);
            whole &= read(report, "list", i -> presence.list(TOPIC).size(), all);
            whole &= read(report, "state", i -> presence.state(TOPIC).join() == null ? 0 : all, all);
            ended.set(true);
            busy.join();
            report.put(
                    "changes_per_s",
                    changes.getTotalCount() / (options.seconds * PARTS),
                    0,
                    "meanwhile, by one thread");
            report.put("change", changes);
            return whole && read > 0 && endpoint.counts().subscriptions() == 0;
        }
    }

    private static String key(int i) {
        return "user-" + i;
    }

    /** Asks for a while, twice: the first time warms up. Returns whether nobody was missing from any answer. */
    private boolean read(Report report, String name, IntToLongFunction question, long least) {
        Histogram times = Lane.histogram();
        long missing = read(question, least, options.seconds / 2, times);
        times.reset();
        missing += read(question, least, options.seconds / 2, times);
        report.put(name, times);
        report.put(name + "_mean_us", times.getMean() / 1e3, 3, "");
        report.putIfAny(name + "_incomplete", missing, "answers");
        return missing == 0;
    }

    private long read(IntToLongFunction question, long least, double seconds, Histogram times) {
        long missing = 0;
        long now = System.nanoTime();
        long end = now + Timeline.nanos(seconds);
        for (int i = 0; now < end; i++) {
            long from = now;
            missing += question.applyAsLong(i) < least ? 1 : 0;
            now = System.nanoTime();
            Lane.record(times, now - from);
            read++;
        }
        return missing;
    }

    private void change() {
        for (int i = 0; !ended.get(); i++) {
            long from = System.nanoTime();
            PresenceOwner owner = owners.get(i % owners.size());
            owner.update(TOPIC, key(i % owners.size()), PresenceSubject.meta(META_BYTES, i));
            PresenceOwner guest = presence.owner();
            guest.track(TOPIC, "guest-" + i, PresenceSubject.meta(META_BYTES, 0));
            guest.close();
            Lane.record(changes, System.nanoTime() - from);
        }
    }
}
