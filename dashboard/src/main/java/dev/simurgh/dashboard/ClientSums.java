package dev.simurgh.dashboard;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.ConnectionView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all connections of a node make together, and who of them is worth a look. */
final class ClientSums {
    private static final int SLOWEST = 20;

    /**
     * How near a client has come to what it may: the one that is nearest, of a socket.
     *
     * @param id the number of its connection
     */
    record Near(Limit limit, String mount, long now, long bound, String id) {
        double share() {
            return bound <= 0 ? 0 : Math.min(1, (double) now / bound);
        }
    }

    private final Map<PauseCause, Integer> paused = new EnumMap<>(PauseCause.class);
    private final Map<String, Near> channels = new LinkedHashMap<>();
    private final Map<String, Near> queues = new LinkedHashMap<>();
    private final TopN<ConnectionView> slowest =
            new TopN<>(0, SLOWEST, Comparator.comparingInt(ConnectionView::number));
    private long queuedBytes;
    private long waitingBytes;

    void add(ConnectionView each) {
        long queued = each.queuedBytes();
        queuedBytes += queued;
        waitingBytes += each.waitingBytes();
        for (PauseCause cause : each.pausedFor()) {
            paused.merge(cause, 1, Integer::sum);
        }
        near(channels, Limit.CHANNELS, each, each.channelCount(), each.limits().maxChannels());
        near(queues, Limit.QUEUE_BYTES, each, queued, each.limits().maxQueueBytes());
        double slowness = Clients.slowness(each);
        if (slowness > 0) {
            slowest.offer(slowness, each);
        }
    }

    private static void near(Map<String, Near> nearest, Limit limit, ConnectionView each, long now, long bound) {
        Near known = nearest.get(each.mountPath());
        if (known == null || now > known.now) {
            nearest.put(each.mountPath(), new Near(limit, each.mountPath(), now, bound, String.valueOf(each.number())));
        }
    }

    long queuedBytes() {
        return queuedBytes;
    }

    /** What clients have sent that waits for their channels. */
    long waitingBytes() {
        return waitingBytes;
    }

    int paused(PauseCause cause) {
        return paused.getOrDefault(cause, 0);
    }

    long slow() {
        return slowest.matched();
    }

    /** The worst first. */
    List<ConnectionView> slowest() {
        return slowest.rows(each -> !each.isClosed());
    }

    List<Near> near() {
        List<Near> all = new ArrayList<>(channels.values());
        all.addAll(queues.values());
        return all;
    }
}
