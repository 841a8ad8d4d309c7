package dev.simurgh.presence;

import dev.simurgh.protocol.JsonWriter;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One of the metas of a key, as it was when it was read: a device, a window, a connection of whoever is present. Immutable. */
public final class Meta {
    private final Entry entry;
    private final PayloadCodec codec;

    Meta(Entry entry, PayloadCodec codec) {
        this.entry = entry;
        this.codec = codec;
    }

    /** Its {@code phx_ref}: which meta it is, different from all others in the cluster, and another one after each update. */
    public String ref() {
        return entry.ref();
    }

    /** Its {@code phx_ref_prev}: the ref it had before its last update; empty if there was none. */
    public Optional<String> previousRef() {
        return entry.previousRef();
    }

    /** The node on which it is tracked. */
    public NodeId node() {
        return entry.origin.node;
    }

    /**
     * What was tracked, as a record or a map; without the refs.
     *
     * @throws dev.simurgh.protocol.PayloadException if it does not fit the type
     */
    public <T> T as(Class<T> type) {
        return payload().as(type, codec);
    }

    /** What was tracked, as JSON; without the refs. */
    public Payload payload() {
        return Payload.json(entry.meta, 0, entry.meta.length);
    }

    /** As clients get it: with its refs. */
    @Override
    public String toString() {
        JsonWriter out = new JsonWriter(entry.meta.length + 64);
        PresenceJson.meta(out, entry);
        return new String(out.toBytes(), StandardCharsets.UTF_8);
    }
}
