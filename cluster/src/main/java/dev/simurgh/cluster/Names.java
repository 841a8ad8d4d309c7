package dev.simurgh.cluster;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.spi.ClusterAdapter.Receiver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes by name, who is told of them, and who waits for one.
 *
 * <p>Two nodes can have said the same name: one that has come back before its end was noticed, or one by mistake, which leaves again as
 * soon as it hears of the other. The one that said it last has the name; when that one goes, another that is still there gets it back.
 *
 * <p>A change and its notice are queued in one step, so that listeners hear of changes in the order in which they happened, and the last
 * that they hear is what is so. They are called outside the lock.
 */
final class Names {
    private final Supplier<Receiver> receiver;
    private final SerialLoop loop = SerialLoop.on(Runnable::run);
    private final Queue<Runnable> notices = new ConcurrentLinkedQueue<>();

    /** Who has which name. Changed inside the lock only. */
    private final Map<String, Peer> holders = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Set<Peer> named = new LinkedHashSet<>();
    private final Map<String, List<CompletableFuture<Boolean>>> waiting = new HashMap<>();
    private boolean closed;

    Names(Supplier<Receiver> receiver) {
        this.receiver = receiver;
    }

    /** The nodes that have the names, sorted by them. */
    List<NodeId> sorted() {
        List<NodeId> all = new ArrayList<>();
        holders.values().forEach(peer -> all.add(id(peer)));
        all.sort(Comparator.comparing(NodeId::name));
        return all;
    }

    /** Who has said a name has an identity. */
    private static NodeId id(Peer peer) {
        return Objects.requireNonNull(peer.id);
    }

    Collection<Peer> holders() {
        return holders.values();
    }

    /** The node of this name, or null. */
    @Nullable
    Peer holder(String name) {
        return holders.get(name);
    }

    /** A node has said its name. */
    void add(Peer peer) {
        String name = id(peer).name();
        List<CompletableFuture<Boolean>> met;
        synchronized (this) {
            if (closed) {
                return;
            }
            named.add(peer);
            Peer former = holders.put(name, peer);
            notices.add(() -> {
                if (former != null) {
                    tellDown(former);
                }
                tellUp(peer);
            });
            met = Objects.requireNonNullElse(waiting.remove(name), List.of());
        }
        tellNext();
        met.forEach(answer -> answer.complete(true));
    }

    /** A node has gone. */
    void remove(Peer peer) {
        NodeId id = peer.id;
        synchronized (this) {
            if (!named.remove(peer) || id == null || !holders.remove(id.name(), peer)) {
                return;
            }
            Peer heir = null;
            for (Peer other : named) {
                heir = id.name().equals(id(other).name()) ? other : heir;
            }
            Peer next = heir;
            if (next != null) {
                holders.put(id.name(), next);
            }
            notices.add(() -> {
                tellDown(peer);
                if (next != null) {
                    tellUp(next);
                }
            });
        }
        tellNext();
    }

    private void tellUp(Peer peer) {
        receiver.get().nodeUp(id(peer));
        peer.arrivals.up(receiver.get(), id(peer));
    }

    private void tellDown(Peer peer) {
        peer.arrivals.down();
        receiver.get().nodeDown(id(peer));
    }

    /** Each notice that was queued calls this once, so there is one. It may be another thread's, which then tells this one's. */
    private void tellNext() {
        loop.execute(() -> notices.remove().run());
    }

    /** Forgets all; what happens from now on is no news. */
    synchronized void close() {
        closed = true;
        named.clear();
        holders.clear();
    }

    /** Answers yes as soon as a node of this name is there. Each caller has an answer of its own, to be given up by itself. */
    synchronized CompletableFuture<Boolean> await(String name) {
        CompletableFuture<Boolean> met = new CompletableFuture<>();
        if (holders.containsKey(name)) {
            met.complete(true);
        } else {
            waiting.computeIfAbsent(name, n -> new ArrayList<>()).add(met);
        }
        return met;
    }

    synchronized void giveUp(String name, CompletableFuture<Boolean> met) {
        waiting.computeIfPresent(name, (n, all) -> {
            all.removeIf(other -> other == met);
            return all.isEmpty() ? null : all;
        });
    }
}
