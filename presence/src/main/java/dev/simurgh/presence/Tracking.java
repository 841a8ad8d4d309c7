package dev.simurgh.presence;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.NodeId;
import java.util.Arrays;
import java.util.List;

/** What is tracked on this node: numbers each change, and has it shown here. */
final class Tracking {
    private final Registry registry;
    private final PayloadCodec codec;
    private final Origin self;
    private long version; // guarded by the registry

    Tracking(Registry registry, PayloadCodec codec, NodeId self) {
        this.registry = registry;
        this.codec = codec;
        this.self = new Origin(self);
    }

    byte[] encoded(Object meta) {
        if (Payload.of(meta).encoded(codec) instanceof Payload.Json json && json.isObject()) {
            return Arrays.copyOfRange(json.array(), json.offset(), json.offset() + json.length());
        }
        throw new IllegalArgumentException("meta: " + meta + " (expected: a record, a map or another JSON object)");
    }

    Meta meta(Entry entry) {
        return new Meta(entry, codec);
    }

    Slot add(String topic, String key, byte[] meta) {
        Slot[] added = new Slot[1];
        registry.change(changes -> {
            long number = ++version;
            Entry entry = new Entry(self, number, number, 0, topic, key, meta);
            added[0] = new Slot(entry);
            changes.add(entry);
        });
        return added[0];
    }

    void update(Slot slot, byte[] meta) {
        registry.change(changes -> {
            Entry before = slot.entry();
            Entry after = new Entry(self, before.slot, ++version, before.version, before.topic, before.key, meta);
            slot.entry(after);
            changes.replace(before, after);
        });
    }

    void remove(List<Slot> slots) {
        registry.change(changes -> {
            for (Slot slot : slots) {
                version++;
                changes.remove(slot.entry());
            }
        });
    }
}
