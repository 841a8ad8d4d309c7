package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.FrameListener;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What goes over one topic at this node, from one look at it to the next. It holds {@value #MAX_FRAMES} frames and {@value #MAX_BYTES} bytes of them; of what comes beyond
 * that it knows how many they were. For any thread.
 */
final class Tap implements FrameListener {
    static final int MAX_FRAMES = 200;
    static final int MAX_BYTES = 64 << 10;
    /** Of a payload that is longer, only the length is known. */
    private static final int MAX_PAYLOAD_BYTES = 16 << 10;

    private static final int FRAME_BYTES = 200;

    private final Function<Payload, Object> show;
    private final Runnable close;
    private final @Nullable Subscription subscription;
    private List<Seen> seen = new ArrayList<>();
    private int bytes;
    private long missed;
    private long takenAt;

    /** A frame, with a payload of its own. */
    private record Seen(long at, String direction, String event, String ref, int bytes, Payload payload) {
        Map<String, Object> shown(String node, Function<Payload, Object> show) {
            Map<String, Object> frame = new LinkedHashMap<>();
            frame.put("at", at);
            frame.put("node", node);
            frame.put("dir", direction);
            frame.put("event", event);
            frame.put("ref", ref);
            frame.put("bytes", bytes);
            frame.put("payload", bytes > MAX_PAYLOAD_BYTES ? bytes + " bytes" : show.apply(payload));
            return frame;
        }
    }

    /**
     * @param broadcasts whether broadcasts are to be seen, too: those of all nodes reach each
     * @param show what is told of a payload
     */
    Tap(Endpoint endpoint, String topic, boolean broadcasts, Function<Payload, Object> show, long now) {
        this.show = show;
        this.takenAt = now;
        this.close = endpoint.backstage().tap(topic, this);
        this.subscription = broadcasts ? endpoint.subscribe(topic, this::broadcast) : null;
    }

    boolean isSubscribed() {
        return subscription != null;
    }

    void close() {
        close.run();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public synchronized boolean wants(int length) {
        boolean room = seen.size() < MAX_FRAMES && bytes < MAX_BYTES;
        if (!room) {
            missed++;
        }
        return room;
    }

    @Override
    public void received(Message message) {
        see("in", message.event(), message.ref(), message.payload());
    }

    @Override
    public void sent(Message message) {
        see("out", message.event(), message.ref(), message.payload());
    }

    private void broadcast(Broadcast broadcast) {
        if (wants(0)) {
            see(
                    "broadcast",
                    broadcast.event(),
                    broadcast.position().map(Ref::of).orElse(Ref.NONE),
                    broadcast.payload());
        }
    }

    private void see(String direction, String event, Ref ref, Payload payload) {
        int length = length(payload);
        Payload kept = length > MAX_PAYLOAD_BYTES ? Payload.EMPTY : copy(payload);
        Seen one = new Seen(System.currentTimeMillis(), direction, event, ref.isNone() ? "" : ref.text(), length, kept);
        synchronized (this) {
            seen.add(one);
            bytes += FRAME_BYTES + event.length() + length(kept);
        }
    }

    /** Else it would hold the whole of the frame that it came in. */
    private static Payload copy(Payload payload) {
        if (payload instanceof Payload.Json json) {
            byte[] own = new byte[json.length()];
            System.arraycopy(json.array(), json.offset(), own, 0, own.length);
            return Payload.json(own, 0, own.length);
        }
        return payload instanceof Payload.Binary binary ? Payload.binary(new byte[binary.length()]) : Payload.EMPTY;
    }

    private static int length(Payload payload) {
        return payload instanceof Payload.Json json
                ? json.length()
                : payload instanceof Payload.Binary binary ? binary.length() : 0;
    }

    /** What has been seen since the last time. */
    Map<String, Object> take(String node, long now) {
        List<Seen> taken;
        Map<String, Object> all = new LinkedHashMap<>();
        synchronized (this) {
            taken = seen;
            all.put("missed", missed);
            seen = new ArrayList<>();
            bytes = 0;
            missed = 0;
            takenAt = now;
        }
        List<Map<String, Object>> frames = new ArrayList<>(taken.size());
        taken.forEach(one -> frames.add(one.shown(node, show)));
        all.put("frames", frames);
        return all;
    }

    synchronized long takenAt() {
        return takenAt;
    }
}
