package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.FrameListener;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who looks at the messages of which topics. Where nobody does, that costs one look at a field. For any thread. */
final class Taps {
    private static final Logger log = LoggerFactory.getLogger(Taps.class);
    private static final Map<String, List<FrameListener>> NONE = Map.of();
    private static final int HEADER = 4; // of a binary push: its kind, and three lengths

    private final ClientLog clientLog;
    private volatile Map<String, List<FrameListener>> byTopic = NONE;

    Taps(ClientLog clientLog) {
        this.clientLog = clientLog;
    }

    /** Tells a listener of a topic's messages from now on, until what this returns is run. */
    Runnable add(String topic, FrameListener listener) {
        change(topic, listeners -> listeners.add(listener));
        return () -> change(topic, listeners -> listeners.remove(listener));
    }

    private synchronized void change(String topic, Consumer<List<FrameListener>> change) {
        Map<String, List<FrameListener>> changed = new HashMap<>(byTopic);
        List<FrameListener> listeners = new ArrayList<>(changed.getOrDefault(topic, List.of()));
        change.accept(listeners);
        if (listeners.isEmpty()) {
            changed.remove(topic);
        } else {
            changed.put(topic, List.copyOf(listeners));
        }
        byTopic = changed.isEmpty() ? NONE : Map.copyOf(changed);
    }

    boolean isOn() {
        return byTopic != NONE;
    }

    void received(Message message) {
        for (FrameListener listener : byTopic.getOrDefault(message.topic(), List.of())) {
            guarded(() -> {
                if (listener.wants(length(message.payload()))) {
                    listener.received(message);
                }
            });
        }
    }

    void sent(String topic, Serializer serializer, Frame frame) {
        for (FrameListener listener : byTopic.getOrDefault(topic, List.of())) {
            guarded(() -> {
                if (listener.wants(frame.length())) {
                    listener.sent(frame.binary() ? binary(topic, frame.bytes()) : text(serializer, frame.bytes()));
                }
            });
        }
    }

    private static Message text(Serializer serializer, byte[] frame) {
        return serializer.decodeText(frame, 0, frame.length);
    }

    /** Binary frames for clients have other headers than theirs: a push is 0, the lengths of join_ref, topic and event, and these; else it is a reply. */
    private static Message binary(String topic, byte[] frame) {
        if (frame[0] != 0) {
            return Message.of(Ref.NONE, Ref.NONE, topic, Protocol.PHX_REPLY, Payload.binary(frame));
        }
        int event = HEADER + (frame[1] & 0xff) + (frame[2] & 0xff);
        int payload = event + (frame[3] & 0xff);
        return Message.of(
                Ref.NONE,
                Ref.NONE,
                topic,
                new String(frame, event, payload - event, StandardCharsets.UTF_8),
                Payload.binary(frame, payload, frame.length - payload));
    }

    private static int length(Payload payload) {
        return payload instanceof Payload.Json json
                ? json.length()
                : payload instanceof Payload.Binary binary ? binary.length() : 0;
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) { // an Error, too: a client's connection must not end for who looks at it
            clientLog.failure(log, thrown, "frame listener failed");
        }
    }
}
