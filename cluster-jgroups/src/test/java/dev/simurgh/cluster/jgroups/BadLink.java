package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.TestMessages;
import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.protocols.DISCARD;
import org.jgroups.stack.ProtocolStack;

/** Nodes that each send a message to each other one every 50 ms, while some of them do not hear some others. */
final class BadLink implements AutoCloseable {
    static final int INTERVAL_MILLIS = 50;

    final List<Node> nodes = new ArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();

    /** Starts so many; the first is coordinator, and the last the youngest. */
    BadLink(int size) {
        for (int i = 0; i < size; i++) {
            nodes.add(new Node(i, nodes));
        }
        Cluster.until(() -> nodes.stream().allMatch(node -> node.links.size() == size - 1));
        nodes.forEach(Node::tick);
    }

    /** Has a node no longer hear another one. */
    void deafen(int hearer, int other) {
        nodes.get(hearer).discard.addIgnoreMember(nodes.get(other).address());
    }

    void cut(int one, int other) {
        deafen(one, other);
        deafen(other, one);
    }

    void heal() {
        nodes.forEach(node -> node.discard.resetIgnoredMembers());
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        nodes.forEach(node -> node.carrier.close());
    }

    /** What a node has of another one. */
    static final class Heard {
        final AtomicLong count = new AtomicLong();
        final AtomicLong oldestMillis = new AtomicLong();
    }

    final class Node implements Carrier.Events {
        final int number;
        final String where;
        final List<Link> links = new CopyOnWriteArrayList<>();
        final Map<Integer, Heard> heard = new ConcurrentHashMap<>();
        final AtomicInteger downs = new AtomicInteger();
        final DISCARD discard = new DISCARD();
        final JGroupsCarrier carrier;

        Node(int number, List<Node> before) {
            this.number = number;
            where = "n" + number + "@127.0.0.1:" + Ports.free();
            JGroupsCluster.Builder options = JGroupsCluster.builder().name(where);
            before.forEach(node -> options.connect(node.where));
            carrier = new JGroupsCarrier(options);
            carrier.start(this);
            try {
                channel().getProtocolStack().insertProtocol(discard, ProtocolStack.Position.ABOVE, Transport.class);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private JChannel channel() {
            return Objects.requireNonNull(carrier.channel);
        }

        Address address() {
            return channel().getAddress();
        }

        int sees() {
            return channel().getView().size();
        }

        @SuppressWarnings("FutureReturnValueIgnored")
        private void tick() {
            ticker.scheduleAtFixedRate(
                    () -> links.forEach(link -> link.send(message())), 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }

        private dev.simurgh.cluster.ClusterMessage message() {
            return TestMessages.of(ByteBuffer.allocate(12)
                    .putInt(number)
                    .putLong(System.nanoTime())
                    .array());
        }

        Heard of(int other) {
            return heard.computeIfAbsent(other, key -> new Heard());
        }

        @Override
        public void up(Link link) {
            links.add(link);
        }

        @Override
        public void received(Link link, byte[] array, int offset, int length) {
            ByteBuffer bytes = ByteBuffer.wrap(array, offset, length);
            while (bytes.hasRemaining()) {
                bytes.get();
                int end = bytes.getInt() + bytes.position();
                bytes.position(end - 12);
                Heard from = of(bytes.getInt());
                long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - bytes.getLong());
                from.count.incrementAndGet();
                from.oldestMillis.accumulateAndGet(age, Math::max);
            }
        }

        @Override
        public void writable(Link link) {}

        @Override
        public void down(Link link) {
            links.remove(link);
            downs.incrementAndGet();
        }
    }
}
