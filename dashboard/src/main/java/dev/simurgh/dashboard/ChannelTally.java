package dev.simurgh.dashboard;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.EndpointListener.JoinOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What has happened in the channels of one pattern of one socket. Which events there are, its spec says: a client can add none. */
final class ChannelTally {
    /** What {@code handleAny} takes. */
    static final String OTHER = "other";

    /** What has happened with one event. */
    static final class Event {
        final Tally handled = new Tally();
        final Latencies times = new Latencies();
    }

    final String mount;
    final String pattern;
    final ChannelSpec<?> spec;
    final Tally joins = new Tally();
    final Tally refused = new Tally();
    final Tally left = new Tally();
    final Tally crashes = new Tally();
    final Latencies joinTimes = new Latencies();
    final Latencies waits = new Latencies();
    private final Map<String, Event> events = new LinkedHashMap<>();
    private final Event other = new Event();

    ChannelTally(String mount, String pattern, ChannelSpec<?> spec) {
        this.mount = mount;
        this.pattern = pattern;
        this.spec = spec;
        spec.events().forEach(event -> events.put(event, new Event()));
    }

    /** @param nanos less than 0 if the time was not taken */
    void handled(String name, long nanos) {
        Event event = events.getOrDefault(name, other);
        event.handled.increment();
        if (nanos >= 0) {
            event.times.record(nanos);
        }
    }

    void joined(JoinOutcome outcome, long nanos) {
        if (outcome == JoinOutcome.OK) {
            joins.increment();
            joinTimes.record(nanos);
        } else if (outcome != JoinOutcome.ABANDONED) {
            refused.increment();
        }
    }

    /** By name, that of the others last, if there have been any. */
    Map<String, Event> events() {
        Map<String, Event> all = new LinkedHashMap<>(events);
        if (other.handled.total() > 0) {
            all.put(OTHER, other);
        }
        return all;
    }

    void eachTally(Consumer<Tally> what) {
        what.accept(joins);
        what.accept(refused);
        what.accept(left);
        what.accept(crashes);
        events.values().forEach(event -> what.accept(event.handled));
        what.accept(other.handled);
    }

    /** How long the handlers have taken lately. */
    Latencies.Distribution handleTimes() {
        Latencies.Distribution all = other.times.lately();
        for (Event event : events.values()) {
            all = all.plus(event.times.lately());
        }
        return all;
    }

    /** A step of the history is over. */
    void step() {
        eachTally(Tally::step);
        joinTimes.step();
        waits.step();
        other.times.step();
        events.values().forEach(event -> event.times.step());
    }
}
