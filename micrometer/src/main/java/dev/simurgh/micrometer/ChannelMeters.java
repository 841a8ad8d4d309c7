package dev.simurgh.micrometer;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.StopReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is counted of the channels of one pattern of a socket. */
final class ChannelMeters {
    /** Those that were asked, by whom it may take a while. */
    private static final Set<JoinOutcome> TIMED =
            Set.of(JoinOutcome.OK, JoinOutcome.REFUSED, JoinOutcome.CRASHED, JoinOutcome.TIMEOUT);

    /** What is counted of one event. */
    private record Event(Count handled, LazyTimer duration) {
        Event(MeterSet meters, String socket, String channel, String event) {
            this(
                    new Count(meters, Described.EVENTS, socket, channel, event),
                    new LazyTimer(meters, Described.EVENT_DURATION, socket, channel, event));
        }
    }

    final LazyTimer mailboxWait;
    final Count crashes;
    final Count broadcasts;
    private final CountEach<JoinOutcome> joins;
    private final LazyTimer joinDuration;
    private final CountEach<StopReason.Kind> leaves;
    private final Count pushedMessages;
    private final Count pushedBytes;
    private final Map<String, Event> events = new HashMap<>();
    private final Event otherEvent;

    /** Shows nothing before it counts something. */
    ChannelMeters(MeterSet meters, String socket, String channel) {
        joins = new CountEach<>(meters, Described.JOINS, JoinOutcome.class, socket, channel);
        joinDuration = new LazyTimer(meters, Described.JOIN_DURATION, socket, channel);
        leaves = new CountEach<>(meters, Described.LEAVES, StopReason.Kind.class, socket, channel);
        mailboxWait = new LazyTimer(meters, Described.MAILBOX_WAIT, socket, channel);
        crashes = new Count(meters, Described.CRASHES, socket, channel);
        pushedMessages = new Count(meters, Described.PUSHED_MESSAGES, socket, channel);
        pushedBytes = new Count(meters, Described.PUSHED_BYTES, socket, channel);
        broadcasts = new Count(meters, Described.BROADCASTS, socket, channel);
        otherEvent = new Event(meters, socket, channel, Values.OTHER);
    }

    /** Those of a channel that is declared. */
    static ChannelMeters of(MeterSet meters, String socket, String channel, ChannelSpec<?> spec) {
        ChannelMeters made = new ChannelMeters(meters, socket, channel);
        spec.events().forEach(event -> {
            Event known = new Event(meters, socket, channel, event);
            known.handled.expect();
            made.events.put(event, known);
        });
        for (JoinOutcome outcome : JoinOutcome.values()) {
            if (outcome != JoinOutcome.NO_ROUTE) {
                made.joins.of(outcome).expect();
            }
        }
        made.leaves.expectAll();
        List.of(made.crashes, made.pushedMessages, made.pushedBytes, made.broadcasts)
                .forEach(Count::expect);
        return made;
    }

    /** Those of joins that come to no channel. */
    static ChannelMeters ofNoRoute(MeterSet meters, String socket) {
        ChannelMeters made = new ChannelMeters(meters, socket, Values.NONE);
        made.joins.of(JoinOutcome.NO_ROUTE).expect();
        made.joins.of(JoinOutcome.OVER_LIMIT).expect();
        return made;
    }

    void joined(JoinOutcome outcome, long nanos) {
        joins.increment(outcome);
        if (TIMED.contains(outcome)) {
            joinDuration.record(nanos);
        }
    }

    void left(StopReason reason) {
        leaves.increment(reason.kind());
    }

    /** The event may be any that the client made up, if the channel takes any. */
    void handled(String event, long nanos) {
        Event known = events.getOrDefault(event, otherEvent);
        known.handled.add(1);
        if (nanos != EndpointListener.NOT_TIMED) {
            known.duration.record(nanos);
        }
    }

    void pushed(int bytes) {
        pushedMessages.add(1);
        pushedBytes.add(bytes);
    }
}
