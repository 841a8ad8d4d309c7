package dev.simurgh.presence;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.NodeId;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;

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
        Objects.requireNonNull(meta, "meta: null (expected: a record, a map or another JSON object)");
        if (Payload.of(meta).encoded(codec) instanceof Payload.Json json && json.isObject()) {
            return PresenceJson.kept(json);
        }
        throw new IllegalArgumentException("meta: " + ClientLog.shown(String.valueOf(meta))
                + " (expected: a record, a map or another JSON object)");
    }

    Meta meta(Entry entry) {
        return new Meta(entry, codec);
    }

    /** Changes something, under the lock, and has it told. */
    <T> T change(Function<Registry.Changes, T> work) {
        AtomicReference<T> outcome = new AtomicReference<>();
        registry.change(changes -> outcome.set(work.apply(changes)));
        changed.run();
        return Objects.requireNonNull(outcome.get());
    }

    /** Changes many things, a slice at a time, and has it told. */
    <T> void changeEach(Iterator<T> all, BiConsumer<Registry.Changes, T> work) {
        registry.changeEach(all, work);
        changed.run();
    }

    // Under the lock.

    Slot add(Registry.Changes changes, String topic, String key, byte[] meta) {
        long number = log.next();
        Entry entry = new Entry(self, number, number, 0, topic, key, meta);
        log.added(entry);
        changes.add(entry);
        return new Slot(entry);
    }

    void update(Registry.Changes changes, Slot slot, byte[] meta) {
        Entry before = slot.entry();
        Entry after = new Entry(self, before.slot, log.next(), before.version, before.topic, before.key, meta);
        slot.entry(after);
        log.replaced(before, after);
        changes.replace(before, after);
    }

    void remove(Registry.Changes changes, Slot slot) {
        log.removed(slot.entry());
        changes.remove(slot.entry());
    }
}
