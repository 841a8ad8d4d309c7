package dev.simurgh.protocol;

/**
 * A message of a client, with the payload still as it came.
 *
 * <p>A topic or event should be a string, but Phoenix accepts any JSON value there and answers "unmatched topic", echoing it. So here
 * {@link #topic()} and {@link #event()} give the JSON text of such a value, and {@link #isTopicText()} and {@link #isEventText()} are
 * false: check them before looking anything up by it.
 */
public final class Message {
    private final Ref joinRef;
    private final Ref ref;
    private final String topic;
    private final String event;
    private final Payload payload;
    private final boolean topicText;
    private final boolean eventText;

    Message(Ref joinRef, Ref ref, String topic, boolean topicText, String event, boolean eventText, Payload payload) {
        this.joinRef = joinRef;
        this.ref = ref;
        this.topic = topic;
        this.topicText = topicText;
        this.event = event;
        this.eventText = eventText;
        this.payload = payload;
    }

    /** Returns a message whose topic and event are strings. */
    public static Message of(Ref joinRef, Ref ref, String topic, String event, Payload payload) {
        return new Message(joinRef, ref, topic, true, event, true, payload);
    }

    /** Returns the ref of the join that the client believes to be current, or {@link Ref#NONE}. */
    public Ref joinRef() {
        return joinRef;
    }

    /** Returns the ref to reply to, or {@link Ref#NONE}. */
    public Ref ref() {
        return ref;
    }

    /** Returns the topic, or its JSON text if it is no string. */
    public String topic() {
        return topic;
    }

    /** Returns the event, or its JSON text if it is no string. */
    public String event() {
        return event;
    }

    /** Returns the payload: {@link Payload.Json}, a slice of the frame's array, or {@link Payload.Binary}. */
    public Payload payload() {
        return payload;
    }

    /** Tells whether the topic is a string. */
    public boolean isTopicText() {
        return topicText;
    }

    /** Tells whether the event is a string. */
    public boolean isEventText() {
        return eventText;
    }

    @Override
    public String toString() {
        return "[" + joinRef + "," + ref + "," + topic + "," + event + "," + payload + "]";
    }
}
