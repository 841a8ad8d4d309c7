package dev.simurgh.micrometer;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The meters of what the endpoint tells its listener, each with its keys, besides those that all have. */
enum Described {
    CONNECTS(
            Kind.COUNTER,
            "simurgh.connects",
            "",
            "clients that asked to connect, by what came of it",
            "socket",
            "transport",
            "outcome"),
    CONNECT_DURATION(
            Kind.TIMER,
            "simurgh.connect.duration",
            "seconds",
            "how long it took to decide about a client that asked to connect",
            "socket",
            "transport"),
    DISCONNECTS(
            Kind.COUNTER,
            "simurgh.disconnects",
            "",
            "connections that have gone, by close code",
            "socket",
            "transport",
            "code"),
    CONNECTION_DURATION(
            Kind.TIMER,
            "simurgh.connection.duration",
            "seconds",
            "how long connections that have gone were open",
            "socket",
            "transport"),
    MALFORMED_MESSAGES(
            Kind.COUNTER,
            "simurgh.malformed.messages",
            "messages",
            "messages from clients that could not be decoded, or not to what their handler takes",
            "socket",
            "transport"),
    PAUSES(
            Kind.COUNTER,
            "simurgh.pauses",
            "",
            "how often a client was not read for a while, by cause",
            "socket",
            "transport",
            "cause"),
    PAUSE_DURATION(
            Kind.TIMER,
            "simurgh.pause.duration",
            "seconds",
            "for how long clients were not read",
            "socket",
            "transport",
            "cause"),
    LIMITS_REACHED(
            Kind.COUNTER, "simurgh.limits.reached", "", "how often clients have reached a limit", "socket", "limit"),
    JOINS(Kind.COUNTER, "simurgh.joins", "", "joins, by what came of them", "socket", "channel", "outcome"),
    JOIN_DURATION(
            Kind.TIMER,
            "simurgh.join.duration",
            "seconds",
            "how long joins took that were asked: let in, refused, crashed or timed out",
            "socket",
            "channel"),
    LEAVES(
            Kind.COUNTER,
            "simurgh.leaves",
            "",
            "joined channels that have ended, by cause",
            "socket",
            "channel",
            "cause"),
    EVENTS(
            Kind.COUNTER,
            "simurgh.events",
            "",
            "events that channels have handled without an exception",
            "socket",
            "channel",
            "event"),
    EVENT_DURATION(
            Kind.TIMER,
            "simurgh.event.duration",
            "seconds",
            "how long it took to handle events; of non-blocking channels one in 16 is timed",
            "socket",
            "channel",
            "event"),
    MAILBOX_WAIT(
            Kind.TIMER,
            "simurgh.mailbox.wait",
            "seconds",
            "how long messages from clients waited for their channel; those that did not have to are not counted",
            "socket",
            "channel"),
    CRASHES(Kind.COUNTER, "simurgh.crashes", "", "callbacks of channels that threw", "socket", "channel"),
    PUSHED_MESSAGES(Kind.COUNTER, "simurgh.pushed.messages", "messages", "pushes of channels", "socket", "channel"),
    PUSHED_BYTES(Kind.COUNTER, "simurgh.pushed.bytes", "bytes", "bytes of pushes of channels", "socket", "channel"),
    BROADCASTS(
            Kind.COUNTER,
            "simurgh.broadcasts",
            "",
            "broadcasts made on this node, by a channel or, both none, by the endpoint",
            "socket",
            "channel"),
    DROPS(Kind.COUNTER, "simurgh.drops", "", "what was dropped, by kind", "kind"),
    LOOP_OVERLOADS(
            Kind.COUNTER,
            "simurgh.loop.overloads",
            "",
            "how often so much waited for an event loop that those who broadcast to it were not read"),
    LOOP_OVERLOAD_DURATION(
            Kind.TIMER, "simurgh.loop.overload.duration", "seconds", "how long it took an event loop to catch up"),
    DRAINED_CONNECTIONS(Kind.COUNTER, "simurgh.drained.connections", "", "connections that were told to go by a drain"),
    DRAIN_PROGRESS(
            Kind.GAUGE, "simurgh.drain.progress", "", "which part of the batches of a drain were told to go, 0 to 1");

    /** What all meters have. */
    static final String ENDPOINT = "endpoint";

    /** What is shown of a meter. */
    enum Kind {
        COUNTER,
        TIMER,
        GAUGE
    }

    private final Kind kind;
    private final String meter;
    private final String unit;
    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> keys;

    Described(Kind kind, String meter, String unit, String text, String... keys) {
        this.kind = kind;
        this.meter = meter;
        this.unit = unit;
        this.text = text;
        this.keys = List.of(keys);
    }

    Kind kind() {
        return kind;
    }

    String meter() {
        return meter;
    }

    String unit() {
        return unit;
    }

    String text() {
        return text;
    }

    List<String> keys() {
        return keys;
    }

    /** All keys that some of the meters have, with those of servers and parts. */
    static Set<String> keysOfAll() {
        Set<String> all = new TreeSet<>(Set.of(ENDPOINT, "journal", "presence", "server"));
        Arrays.stream(values()).forEach(each -> all.addAll(each.keys));
        return all;
    }
}
