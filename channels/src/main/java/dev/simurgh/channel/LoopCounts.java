package dev.simurgh.channel;

import dev.simurgh.channel.spi.LoopView;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** Counts what one event loop does for its clients, in a {@link Traffic} for each kind of connection. Written by that loop alone. */
final class LoopCounts implements LoopView {
    private final int number;
    private final EventLoop loop;
    private final Backlog backlog;
    private final TrafficTotals totals;
    private final Map<TrafficTotals.Kind, Traffic> traffic = new ConcurrentHashMap<>();
    private int connections;

    LoopCounts(int number, EventLoop loop, Backlog backlog, TrafficTotals totals) {
        this.number = number;
        this.loop = loop;
        this.backlog = backlog;
        this.totals = totals;
    }

    /** Where what goes through the connections of a socket over a transport is counted. */
    Traffic traffic(String mount, String transport) {
        return traffic.computeIfAbsent(new TrafficTotals.Kind(mount, transport), totals::begin);
    }

    /** The loop has ended. */
    void end() {
        traffic.forEach(totals::end);
    }

    void opened() {
        connections++;
    }

    void closed() {
        connections--;
    }

    private long sum(ToLongFunction<Traffic> what) {
        return traffic.values().stream().mapToLong(what).sum();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Backlog backlog() {
        return backlog;
    }

    @Override
    public int connections() {
        return connections;
    }

    @Override
    public long messagesIn() {
        return sum(Traffic::receivedMessages);
    }

    @Override
    public long bytesIn() {
        return sum(Traffic::receivedBytes);
    }

    @Override
    public long messagesOut() {
        return sum(each -> each.sentMessages() + each.deliveredMessages());
    }

    @Override
    public long bytesOut() {
        return sum(each -> each.sentBytes() + each.deliveredBytes());
    }
}
