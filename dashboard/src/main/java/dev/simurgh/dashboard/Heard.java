package dev.simurgh.dashboard;

import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.StopReason;
import dev.simurgh.channel.spi.SocketMount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what an endpoint tells, whether somebody looks or not: all of it from sets that are closed. An event that is handled costs three look-ups in small
 * maps and an addition; what is per message or per subscriber is counted by connections and event loops themselves, and not heard here.
 */
final class Heard implements EndpointListener {
    private static final int FIRST_CODE = 1000;
    private static final int LAST_CODE = 1015;
    private static final String OTHER = "other";

    final Tally connects = new Tally();
    final Tally joins = new Tally();
    final Tally crashes = new Tally();
    final Tally broadcasts = new Tally();
    final Tally deliveries = new Tally();
    final Map<Drop, Tally> drops = tallies(Drop.class);
    final Map<Limit, Tally> limits = tallies(Limit.class);
    /** The same of each socket, by mount. */
    private volatile Map<String, Map<Limit, Tally>> limitsByMount = Map.of();

    final Map<PauseCause, Tally> pauses = tallies(PauseCause.class);
    final Map<String, Tally> closes = closes();
    final CrashLog crashLog;
    final BusyTopics busy = new BusyTopics();
    private final List<ChannelTally> channels = new ArrayList<>();
    /** By mount and pattern; what it knows is not changed once the endpoint runs. */
    private volatile Map<String, Map<String, ChannelTally>> byMount = Map.of();

    Heard(CrashLog crashLog) {
        this.crashLog = crashLog;
    }

    private static <E extends Enum<E>> Map<E, Tally> tallies(Class<E> of) {
        Map<E, Tally> all = new EnumMap<>(of);
        for (E each : of.getEnumConstants()) {
            all.put(each, new Tally());
        }
        return all;
    }

    private static Map<String, Tally> closes() {
        Map<String, Tally> all = new TreeMap<>();
        for (int code = FIRST_CODE; code <= LAST_CODE; code++) {
            all.put(String.valueOf(code), new Tally());
        }
        all.put(OTHER, new Tally());
        return all;
    }

    /** Learns which channels there are. */
    void know(List<SocketMount> mounts) {
        Map<String, Map<String, ChannelTally>> all = new HashMap<>();
        Map<String, Map<Limit, Tally>> ofMounts = new HashMap<>();
        for (SocketMount mount : mounts) {
            ofMounts.put(mount.path(), tallies(Limit.class));
            Map<String, ChannelTally> patterns = new HashMap<>();
            mount.spec().channels().forEach((pattern, spec) -> {
                ChannelTally channel = new ChannelTally(mount.path(), pattern, spec);
                channels.add(channel);
                patterns.put(pattern, channel);
            });
            all.put(mount.path(), patterns);
        }
        limitsByMount = ofMounts;
        byMount = all;
    }

    List<ChannelTally> channels() {
        return channels;
    }

    /** How often clients of a socket have reached each limit. */
    Map<Limit, Tally> limitsOf(String mount) {
        return limitsByMount.getOrDefault(mount, Map.of());
    }

    private @Nullable ChannelTally channel(String mount, String pattern) {
        Map<String, ChannelTally> patterns = byMount.get(mount);
        return patterns == null ? null : patterns.get(pattern);
    }

    void sample(double seconds) {
        eachTally(tally -> tally.sample(seconds));
        channels.forEach(channel -> channel.eachTally(tally -> tally.sample(seconds)));
    }

    /** A step of the history is over. */
    void step() {
        eachTally(Tally::step);
        channels.forEach(ChannelTally::step);
    }

    private void eachTally(Consumer<Tally> what) {
        List.of(connects, joins, crashes, broadcasts, deliveries).forEach(what);
        List.<Collection<Tally>>of(drops.values(), limits.values(), pauses.values(), closes.values())
                .forEach(tallies -> tallies.forEach(what));
        limitsByMount.values().forEach(tallies -> tallies.values().forEach(what));
    }

    // What is told.

    @Override
    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
        if (outcome == ConnectOutcome.OK) {
            connects.increment();
        }
    }

    @Override
    public void disconnected(String mount, String transport, int code, String reason, long nanos) {
        count(closes, code >= FIRST_CODE && code <= LAST_CODE ? String.valueOf(code) : OTHER);
    }

    @Override
    public void paused(String mount, String transport, PauseCause cause) {
        count(pauses, cause);
    }

    @Override
    public void limited(String mount, String transport, Limit limit) {
        count(limits, limit);
        count(limitsOf(mount), limit);
    }

    @Override
    public void dropped(Drop kind) {
        count(drops, kind);
    }

    private static <K> void count(Map<K, Tally> tallies, K which) {
        Tally tally = tallies.get(which);
        if (tally != null) {
            tally.increment();
        }
    }

    @Override
    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
        if (outcome == JoinOutcome.OK) {
            joins.increment();
        }
        ChannelTally channel = channel(mount, pattern);
        if (channel != null) {
            channel.joined(outcome, nanos);
        }
    }

    @Override
    public void left(String mount, String pattern, String topic, StopReason reason) {
        ChannelTally channel = channel(mount, pattern);
        if (channel != null) {
            channel.left.increment();
        }
    }

    @Override
    public void waited(String mount, String pattern, String topic, long nanos) {
        ChannelTally channel = channel(mount, pattern);
        if (channel != null && nanos >= 0) {
            channel.waits.record(nanos);
        }
    }

    @Override
    public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
        ChannelTally channel = channel(mount, pattern);
        if (channel != null) {
            channel.handled(event, nanos);
        }
    }

    @Override
    public void crashed(String mount, String pattern, String topic, Throwable cause) {
        crashes.increment();
        ChannelTally channel = channel(mount, pattern);
        if (channel != null) {
            channel.crashes.increment();
        }
        crashLog.add(mount, pattern, topic, cause);
    }

    @Override
    public void broadcast(String mount, String pattern, String topic, String event) {
        broadcasts.increment();
        if (busy.isWatched()) {
            busy.broadcast(topic);
        }
    }

    @Override
    public void delivered(String topic, String event, int clients, long bytes) {
        deliveries.add(clients);
        if (busy.isWatched()) {
            busy.delivered(topic, clients, bytes);
        }
    }
}
