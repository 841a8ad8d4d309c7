package dev.simurgh.journal;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;

/** What a handler has come to that is run once for an idempotency key: what is broadcast, and what is answered, now and at each repetition. */
public final class OnceResult {
    record Event(String event, Payload payload) {}

    private final Payload reply;
    private final List<Event> events;

    private OnceResult(Payload reply, List<Event> events) {
        this.reply = reply;
        this.events = events;
    }

    /** Answers with a payload: a record, a map, or whatever the codec encodes, or bytes. */
    public static OnceResult reply(Object payload) {
        return new OnceResult(Payload.of(payload), List.of());
    }

    /** Also broadcasts to the topic of the push, in the same transaction that notes the key: both, or neither. May be called more than once. */
    public OnceResult broadcast(String event, Object payload) {
        List<Event> all = new ArrayList<>(events);
        all.add(new Event(event, Payload.of(payload)));
        return new OnceResult(reply, List.copyOf(all));
    }

    Payload reply() {
        return reply;
    }

    List<Event> events() {
        return events;
    }
}
