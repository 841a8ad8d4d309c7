package dev.simurgh.presence;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.NodeId;
import java.util.Arrays;
import java.util.List;

/** What is tracked on this node: numbers each change, has it shown here, and has the other nodes told. */
final class Tracking {
    private final Registry registry;
    private final PayloadCodec codec;
    private final Origin self;
    private final ChangeLog log;
    private final Runnable changed;

    /** @param changed called when something has changed, for the other nodes to be told */
    Tracking(Registry registry, PayloadCodec codec, NodeId self, ChangeLog log, Runnable changed) {
        this.registry = registry;
        this.codec = codec;
        this.self = new Origin(self);
        this.log = log;
        this.changed = changed;
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
            long number = log.next();
            Entry entry = new Entry(self, number, number, 0, topic, key, meta);
            added[0] = new Slot(entry);
            log.added(entry);
            changes.add(entry);
        });
        changed.run();
        return added[0];
    }

    void update(Slot slot, byte[] meta) {
        registry.change(changes -> {
            Entry before = slot.entry();
            Entry after = new Entry(self, before.slot, log.next(), before.version, before.topic, before.key, meta);
            slot.entry(after);
            log.replaced(before, after);
            changes.replace(before, after);
        });
        changed.run();
    }

    void remove(List<Slot> slots) {
        registry.changeEach(slots, (changes, slot) -> {
            log.removed(slot.entry());
            changes.remove(slot.entry());
        });
        changed.run();
    }
}
