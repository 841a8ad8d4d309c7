package dev.simurgh.benchmarks;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.spi.Carrier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a cluster in this process, on the thread that calls: what one sends waits until {@link #deliver}, and goes over as the bytes
 * that a real network would carry. So the time is that of the nodes, not of sockets or threads.
 */
final class SimulatedNetwork {
    /** A node, before and after its start. */
    static final class Site implements Carrier {
        final Mesh mesh;
        private final String name;
        private @Nullable Events events;

        private Site(String name, boolean flooding) {
            this.name = name;
            this.mesh = flooding ? Mesh.flooding(this) : Mesh.on(this);
        }

        @Override
        public String nodeName() {
            return name;
        }

        @Override
        public void start(Events receiver) {
            events = receiver;
        }

        @Override
        public CompletableFuture<Void> connect(NodeAddress node) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void awaitGreetings(CompletableFuture<Void> greeted) {
            // nodes meet when the simulation says so
        }

        @Override
        public void close() {}

        private Events events() {
            return Objects.requireNonNull(events);
        }
    }

    /** One direction of a meeting. */
    private final class Way implements dev.simurgh.cluster.spi.Link {
        final Site to;
        final Way back;

        Way(Site from, Site to) {
            this.to = to;
            this.back = new Way(from, this);
        }

        private Way(Site to, Way back) {
            this.to = to;
            this.back = back;
        }

        @Override
        public boolean send(ClusterMessage message) {
            sent.add(new Packet(this, message));
            messages++;
            bytes += message.bytes().length;
            return true;
        }
    }

    private record Packet(Way way, ClusterMessage message) {}

    private final Queue<Packet> sent = new ArrayDeque<>();
    private final List<Site> sites = new ArrayList<>();
    private long messages;
    private long bytes;

    /** Makes a node that has met nobody yet. */
    Site site(boolean flooding) {
        Site site = new Site("node" + sites.size() + "@127.0.0.1", flooding);
        sites.add(site);
        return site;
    }

    /** Lets two nodes that have been started meet. */
    void meet(Site one, Site other) {
        Way way = new Way(one, other);
        one.events().up(way);
        other.events().up(way.back);
    }

    /** Delivers all that was sent, and what is sent because of that. */
    void deliver() {
        for (Packet packet = sent.poll(); packet != null; packet = sent.poll()) {
            byte[] array = packet.message.bytes();
            packet.way.to.events().received(packet.way.back, array, 0, array.length);
        }
    }

    /** How many messages were sent so far. */
    long messages() {
        return messages;
    }

    /** How many bytes these had. */
    long bytes() {
        return bytes;
    }
}
