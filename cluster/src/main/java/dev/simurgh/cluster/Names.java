package dev.simurgh.cluster;

import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.spi.ClusterAdapter.Receiver;
import java.util.ArrayList;
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

    List<String> sorted() {
        return holders.keySet().stream().sorted().toList();
    }

    /** The node of this name, or null. */
    @Nullable
    Peer holder(String name) {
        return holders.get(name);
    }

    /** A node has said its name. */
    void add(Peer peer, String name) {
        List<CompletableFuture<Boolean>> met;
        synchronized (this) {
            if (closed) {
                return;
            }
            named.add(peer);
            boolean comesBack = holders.put(name, peer) != null;
            notices.add(() -> {
                if (comesBack) {
                    receiver.get().nodeDown(name);
                }
                receiver.get().nodeUp(name);
            });
            met = Objects.requireNonNullElse(waiting.remove(name), List.of());
        }
        tellNext();
        met.forEach(answer -> answer.complete(true));
    }

    /** A node has gone. */
    void remove(Peer peer) {
        String name = peer.name;
        synchronized (this) {
            if (!named.remove(peer) || name == null || !holders.remove(name, peer)) {
                return;
            }
            Peer heir = null;
            for (Peer other : named) {
                heir = name.equals(other.name) ? other : heir;
            }
            boolean inherited = heir != null;
            if (heir != null) {
                holders.put(name, heir);
            }
            notices.add(() -> {
                receiver.get().nodeDown(name);
                if (inherited) {
                    receiver.get().nodeUp(name);
                }
            });
        }
        tellNext();
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
