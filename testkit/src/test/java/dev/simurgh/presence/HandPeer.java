package dev.simurgh.presence;

import dev.simurgh.presence.Delta.Removal;
import dev.simurgh.presence.MessageReader.MalformedException;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A node without presences of its own, which says what the test has it say. */
final class HandPeer implements AutoCloseable {
    private static final String KIND = "presence/presence";

    private final PubSub pubsub;
    private final Origin origin;
    /** What others have said to it. */
    final List<PresenceMessage> heard = new ArrayList<>();

    HandPeer(TestCluster cluster, String name) {
        pubsub = PubSub.on(cluster.node(name));
        origin = new Origin(pubsub.node().id());
        pubsub.node().addHandler(KIND, this::hear);
    }

    private void hear(NodeId from, byte[] message) {
        try {
            PresenceMessage.decode(message, new Origin(from), topic -> topic).ifPresent(heard::add);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** What it was asked, from the first question on. */
    List<PresenceMessage> asked() {
        return heard.stream().filter(PresenceMessage.Ask.class::isInstance).toList();
    }

    Entry entry(long slot, long version, String key, int n) {
        byte[] meta = ("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8);
        return new Entry(origin, slot, version, slot == version ? 0 : slot, "t", key, meta);
    }

    static Removal removal(long slot, long version) {
        return new Removal(version, slot);
    }

    void say(PresenceMessage message) {
        say(message.encode());
    }

    void say(byte[] message) {
        pubsub.node().sendToAll(KIND, message);
    }

    void sayChanges(long from, long to, Object... items) {
        say(new PresenceMessage.Changes(delta(from, to, 0, false, items)));
    }

    void sayPage(long from, long to, long base, boolean more, Object... items) {
        say(new PresenceMessage.Changes(delta(from, to, base, more, items)));
    }

    static Delta page(long from, long to, Object... items) {
        return delta(from, to, 0, false, items);
    }

    private static Delta delta(long from, long to, long base, boolean more, Object... items) {
        List<Entry> entries = new ArrayList<>();
        List<Removal> removals = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof Entry entry) {
                entries.add(entry);
            } else {
                removals.add((Removal) item);
            }
        }
        return new Delta(from, to, base, more, entries, removals);
    }

    @Override
    public void close() {
        pubsub.close();
    }
}
