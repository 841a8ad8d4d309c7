package dev.simurgh.micrometer;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A broadcast, or a message that a channel is sent, that is observed. Of what is written into it, the {@code traceparent} is taken along. */
public final class SendContext extends SenderContext<SendContext> {
    /** The name of the observation, unless a convention gives another. */
    public static final String NAME = "simurgh.send";

    /** What is sent. */
    public enum What {
        /** An event for all subscribers of a topic. */
        BROADCAST,
        /** A message to a channel's own {@code handleInfo}. */
        SEND
    }

    private final What what;
    private final String mount;
    private final String pattern;
    private final String topic;
    private final String event;
    private @Nullable String traceparent;

    SendContext(What what, String mount, String pattern, String topic, String event) {
        super(SendContext::write, Kind.PRODUCER);
        this.what = what;
        this.mount = mount;
        this.pattern = pattern;
        this.topic = topic;
        this.event = event;
        setCarrier(this);
    }

    private static void write(@Nullable SendContext carrier, String key, String value) {
        if (carrier != null && ChannelObservations.isTraceparent(key)) {
            carrier.traceparent = value;
        }
    }

    /** What it is. */
    public What what() {
        return what;
    }

    /** The path of the channel's socket; empty if it is no channel that sends. */
    public String mount() {
        return mount;
    }

    /** The pattern of the channel; empty if it is no channel that sends. */
    public String pattern() {
        return pattern;
    }

    /** The topic. */
    public String topic() {
        return topic;
    }

    /** The event of a broadcast, which a client may have made up; else empty. */
    public String event() {
        return event;
    }

    Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }
}
