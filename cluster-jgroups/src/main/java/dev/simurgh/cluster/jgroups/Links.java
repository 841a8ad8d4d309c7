package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.spi.Carrier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links to the other members of the view, from the view that has them to the one that has not.
 *
 * <p>What comes from a node that is not in the view yet waits for the view: the other node may have it earlier. What comes on an earlier
 * link than the present one is ignored; what comes on a later one ends the present one ({@link Packet}).
 */
final class Links {
    private static final Logger log = LoggerFactory.getLogger(Links.class);
    /** How many nodes that are not in the view may have something wait for it. */
    private static final int MAX_EARLY = 64;

    /** What the packets of a node may weigh that wait for the view: more than may be under way. */
    private static final int MAX_EARLY_WEIGHT = 2 * PeerLink.WINDOW;

    private static final int MAX_FORMER = 4096;
    private static final long EARLY_NANOS = 30_000_000_000L;

    private final PeerLink.PacketSender sender;
    private final Carrier.Events events;
    private final IntSupplier millis;
    private final Map<Address, PeerLink> links = new ConcurrentHashMap<>();
    private final Map<Address, Early> early = new HashMap<>();
    private final Set<Address> misunderstood = ConcurrentHashMap.newKeySet();
    private final Map<Address, Integer> generations = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, Integer> eldest) {
            return size() > MAX_FORMER;
        }
    };
    private boolean closed;

    Links(PeerLink.PacketSender sender, Carrier.Events events) {
        this(sender, events, () -> (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    /** With a clock of the test. */
    Links(PeerLink.PacketSender sender, Carrier.Events events, IntSupplier millis) {
        this.sender = sender;
        this.events = events;
        this.millis = millis;
    }

    /** What has come of the latest link of a node. */
    private static final class Early {
        final long since = System.nanoTime();
        final Queue<byte[]> packets = new ArrayDeque<>();
        private int generation;
        private int weight;

        void add(byte[] packet) {
            int its = Packet.generation(packet, 0);
            if (its > generation) {
                generation = its;
                packets.clear();
                weight = 0;
            }
            if (its == generation && weight < MAX_EARLY_WEIGHT) {
                weight += Packet.weight(packet.length);
                packets.add(packet);
            }
        }
    }

    /** Takes a view: the addresses of all other members. */
    synchronized void view(List<Address> members) {
        if (closed) {
            return;
        }
        for (Address peer : new ArrayList<>(links.keySet())) {
            if (!members.contains(peer)) {
                end(peer);
            }
        }
        for (Address peer : members) {
            if (!links.containsKey(peer)) {
                begin(peer, generations.getOrDefault(peer, 0) + 1);
            }
        }
        early.values().removeIf(packets -> System.nanoTime() - packets.since > EARLY_NANOS);
    }

    private void end(Address peer) {
        PeerLink link = links.remove(peer);
        if (link != null) {
            link.down();
        }
    }

    private void begin(Address peer, int generation) {
        Early waiting = early.remove(peer);
        int highest = waiting == null ? generation : Math.max(generation, waiting.generation);
        generations.put(peer, highest);
        PeerLink link = new PeerLink(peer, highest, sender, events, this::failed, Contacts.name(peer), millis);
        synchronized (link) { // what comes now does not overtake what has waited
            links.put(peer, link);
            link.up();
            if (waiting != null && waiting.generation == highest) {
                for (byte[] packet : waiting.packets) {
                    link.received(packet, 0, packet.length);
                }
            }
        }
    }

    /** Takes a packet. Those of one node come from one thread at a time. */
    void received(Address peer, byte[] array, int offset, int length) {
        if (!Packet.isValid(array, offset, length)) {
            if (misunderstood.size() < MAX_FORMER && misunderstood.add(peer)) {
                log.warn("{} sends what is no packet; not logged again", peer);
            }
            return;
        }
        int generation = Packet.generation(array, offset);
        PeerLink link = links.get(peer);
        if (link == null || generation > link.generation) {
            link = renewed(peer, generation, array, offset, length);
        }
        if (link != null && link.generation == generation) {
            link.received(array, offset, length);
        }
    }

    private synchronized @Nullable PeerLink renewed(
            Address peer, int generation, byte[] array, int offset, int length) {
        PeerLink link = links.get(peer);
        if (link == null) {
            wait(peer, Arrays.copyOfRange(array, offset, offset + length));
            return null;
        }
        if (generation > link.generation) {
            end(peer);
            begin(peer, generation);
        }
        return links.get(peer);
    }

    private void wait(Address peer, byte[] packet) {
        if (closed || (early.size() >= MAX_EARLY && !early.containsKey(peer))) {
            return;
        }
        early.computeIfAbsent(peer, p -> new Early()).add(packet);
    }

    /** Replaces a link that has lost something: the other node has to be told all anew. */
    private synchronized void failed(PeerLink link) {
        if (links.get(link.peer) == link) {
            end(link.peer);
            begin(link.peer, link.generation + 1);
        }
    }

    /** Ends all links, and lets none begin. */
    synchronized void close() {
        closed = true;
        for (Address peer : new ArrayList<>(links.keySet())) {
            end(peer);
        }
        early.clear();
    }
}
