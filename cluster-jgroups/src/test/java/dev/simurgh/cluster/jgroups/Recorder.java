package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.TestMessages;
import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Takes what a carrier tells, and checks that it keeps its promises. Its messages end with their number. */
class Recorder implements Carrier.Events {
    final List<Link> links = new CopyOnWriteArrayList<>();
    final Map<Link, AtomicLong> received = new ConcurrentHashMap<>();
    final List<String> faults = new CopyOnWriteArrayList<>();
    final AtomicInteger ups = new AtomicInteger();
    final AtomicInteger downs = new AtomicInteger();
    final AtomicInteger writables = new AtomicInteger();
    private final Map<Link, Thread> busy = new ConcurrentHashMap<>();

    static ClusterMessage message(long number, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.putLong(length - Long.BYTES, number);
        return TestMessages.of(bytes.array());
    }

    @Override
    public void up(Link link) {
        check(!received.containsKey(link), "up twice");
        received.put(link, new AtomicLong());
        ups.incrementAndGet();
        links.add(link);
    }

    @Override
    public void received(Link link, byte[] array, int offset, int length) {
        Thread other = busy.put(link, Thread.currentThread());
        check(other == null, "two events of a link at a time");
        check(links.contains(link), "received on a link that is not up");
        ByteBuffer bytes = ByteBuffer.wrap(array, offset, length);
        while (bytes.hasRemaining()) {
            bytes.get(); // kind
            int end = bytes.getInt() + bytes.position();
            long number = bytes.getLong(end - Long.BYTES);
            AtomicLong count = received.get(link);
            long due = count == null ? -1 : count.getAndIncrement();
            if (number != due) {
                faults.add("number " + number + " (expected: " + due + ")");
            }
            bytes.position(end);
        }
        busy.remove(link);
    }

    @Override
    public void writable(Link link) {
        check(links.contains(link), "writable on a link that is not up");
        writables.incrementAndGet();
    }

    @Override
    public void down(Link link) {
        check(links.remove(link), "down on a link that is not up");
        downs.incrementAndGet();
    }

    private void check(boolean condition, String fault) {
        if (!condition) {
            faults.add(fault);
        }
    }

    /** All that has come, on whatever links. */
    long total() {
        return received.values().stream().mapToLong(AtomicLong::get).sum();
    }
}
