package dev.simurgh.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parts of a message as far as they have been read: null is what did not come yet. */
final class Envelope {
    private static final String UNREAD = "null";

    @Nullable
    Ref joinRef;

    @Nullable
    Ref ref;

    @Nullable
    String topic;

    boolean topicText;

    @Nullable
    String event;

    boolean eventText;

    @Nullable
    Payload payload;

    void topic(JsonScanner in) {
        topic = in.text();
        topicText = in.wasText();
    }

    void event(JsonScanner in) {
        event = in.text();
        eventText = in.wasText();
    }

    /** Returns the message, of which only the join ref may be missing. */
    Message message() {
        return new Message(
                joinRef == null ? Ref.NONE : joinRef,
                required(ref, "ref"),
                required(topic, "topic"),
                topicText,
                required(event, "event"),
                eventText,
                required(payload, "payload"));
    }

    private static <T> T required(@Nullable T part, String name) {
        if (part == null) {
            throw new MalformedMessageException(name + ": missing");
        }
        return part;
    }

    /** Adds what has been read to an exception, if it is enough to answer. */
    MalformedMessageException malformed(MalformedMessageException e, boolean invalidUtf8) {
        return invalidUtf8 ? e.inInvalidUtf8() : e.with(readable());
    }

    private @Nullable Message readable() {
        if (ref == null || ref.isNone()) {
            return null;
        }
        return new Message(
                joinRef == null ? Ref.NONE : joinRef,
                ref,
                Objects.requireNonNullElse(topic, UNREAD),
                topicText,
                Objects.requireNonNullElse(event, UNREAD),
                eventText,
                Payload.EMPTY);
    }
}
