package dev.simurgh.channel;

import dev.simurgh.protocol.Protocol;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a channel and its clients say to each other, as far as its spec declares it: for documents, for types of clients, for whoever
 * looks. At run time nothing is checked against it; the test kit warns of what is said undeclared. Immutable, for any thread.
 *
 * <p>Types are those of payloads: a record or whatever else the codec encodes, {@code byte[].class} for binary, {@link
 * dev.simurgh.protocol.Payload} for anything, {@code void.class} where nothing is said. Maps are in the order of declaration.
 */
public final class ChannelProtocol {
    private final Type joinParams;
    private final Map<String, Type> joinReplies;
    private final Map<String, Type> events;
    private final boolean takesAnyEvent;
    private final Map<String, Map<String, Type>> replies;
    private final Map<String, Type> intercepts;
    private final Map<String, Type> pushes;
    private final Map<String, Type> broadcasts;

    private ChannelProtocol(Collected collected, boolean takesAnyEvent) {
        this.joinParams = collected.joinParams;
        this.joinReplies = fixed(collected.joinReplies);
        this.events = fixed(collected.events);
        this.takesAnyEvent = takesAnyEvent;
        Map<String, Map<String, Type>> byEvent = new LinkedHashMap<>();
        collected.replies.forEach((event, byStatus) -> byEvent.put(event, fixed(byStatus)));
        this.replies = Collections.unmodifiableMap(byEvent);
        this.intercepts = fixed(collected.intercepts);
        this.pushes = fixed(collected.pushes);
        this.broadcasts = fixed(collected.broadcasts);
    }

    private static Map<String, Type> fixed(Map<String, Type> types) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** What clients join with; {@code void.class} if {@code join} does not look at it. */
    public Type joinParams() {
        return joinParams;
    }

    /** What comes back to those who join, by status, as declared with {@code joinReplies}. */
    public Map<String, Type> joinReplies() {
        return joinReplies;
    }

    /** What clients may push, by event; {@code void.class} where the callback does not look at the payload. */
    public Map<String, Type> events() {
        return events;
    }

    /** Whether clients may push other events, too, which {@code handleAny} takes. */
    public boolean takesAnyEvent() {
        return takesAnyEvent;
    }

    /** What comes back for an event, by status, as declared with {@code replies}; empty if nothing is. */
    public Map<String, Type> replies(String event) {
        return replies.getOrDefault(event, Map.of());
    }

    /** The broadcasts that the channel intercepts, by event: what is not broadcast to its clients. */
    public Map<String, Type> intercepts() {
        return intercepts;
    }

    /** What the channel pushes, by event, as declared with {@code pushes}. */
    public Map<String, Type> pushes() {
        return pushes;
    }

    /** What is broadcast on the channel's topics, by event, as declared with {@code broadcasts}. */
    public Map<String, Type> broadcasts() {
        return broadcasts;
    }

    /** Whether the spec declares anything of what clients get: replies, pushes or broadcasts. */
    public boolean declaresWhatClientsGet() {
        return !(joinReplies.isEmpty() && replies.isEmpty() && pushes.isEmpty() && broadcasts.isEmpty());
    }

    /** What a builder has been told so far. */
    static final class Collected {
        private Type joinParams = void.class;
        private final Map<String, Type> joinReplies = new LinkedHashMap<>();
        private final Map<String, Type> events = new LinkedHashMap<>();
        private final Map<String, Map<String, Type>> replies = new LinkedHashMap<>();
        private final Map<String, Type> intercepts = new LinkedHashMap<>();
        private final Map<String, Type> pushes = new LinkedHashMap<>();
        private final Map<String, Type> broadcasts = new LinkedHashMap<>();

        void join(Type params) {
            joinParams = params;
        }

        void event(String event, Type payload) {
            events.put(event, payload);
        }

        void intercept(String event, Type payload) {
            intercepts.put(event, payload);
        }

        void joinReply(String status, Type payload) {
            put("joinReplies", joinReplies, status, payload);
        }

        void reply(String event, String status, Type payload) {
            put(
                    "replies: \"" + event + "\"",
                    replies.computeIfAbsent(event, e -> new LinkedHashMap<>()),
                    status,
                    payload);
        }

        void push(String event, Type payload) {
            put("pushes", pushes, foreign("pushes", event), payload);
        }

        void broadcast(String event, Type payload) {
            put("broadcasts", broadcasts, foreign("broadcasts", event), payload);
        }

        private static String foreign(String declaration, String event) {
            if (List.of(Protocol.PHX_REPLY, Protocol.PHX_ERROR, Protocol.PHX_CLOSE)
                    .contains(event)) {
                throw new IllegalArgumentException(
                        declaration + ": \"" + event + "\" (expected: an event of the application's own)");
            }
            return event;
        }

        private static void put(String declaration, Map<String, Type> types, String name, Type payload) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(payload, "payload");
            if (types.putIfAbsent(name, payload) != null) {
                throw new IllegalArgumentException(declaration + ": \"" + name
                        + "\" twice (expected: one type for each; if it is one of several, a sealed type of all)");
            }
        }

        ChannelProtocol build(boolean takesAnyEvent) {
            for (String event : replies.keySet()) {
                if (!events.containsKey(event)) {
                    throw new IllegalStateException("replies: \"" + event
                            + "\", which no handleIn takes (expected: one of " + events.keySet() + ")");
                }
            }
            return new ChannelProtocol(this, takesAnyEvent);
        }
    }
}
