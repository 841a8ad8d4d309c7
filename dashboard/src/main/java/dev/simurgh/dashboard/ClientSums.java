package dev.simurgh.dashboard;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.spi.ConnectionView;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final Map<String, Nearest> nearest = new LinkedHashMap<>();
    private Nearest last = new Nearest("");
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
        nearest(each.mountPath()).look(each, queued);
        double slowness = Clients.slowness(each);
        if (slowness > 0) {
            slowest.offer(slowness, each);
        }
    }

    /** Most come one after the other from the same. */
    private Nearest nearest(String mount) {
        if (!last.mount.equals(mount)) {
            last = nearest.computeIfAbsent(mount, Nearest::new);
        }
        return last;
    }

    /** The clients of a socket that are nearest to what they may. */
    private static final class Nearest {
        final String mount;
        private @Nullable ConnectionView channels;
        private @Nullable ConnectionView queue;
        private int mostChannels = -1;
        private long mostQueued = -1;

        Nearest(String mount) {
            this.mount = mount;
        }

        void look(ConnectionView each, long queued) {
            int joined = each.channelCount();
            if (joined > mostChannels) {
                mostChannels = joined;
                channels = each;
            }
            if (queued > mostQueued) {
                mostQueued = queued;
                queue = each;
            }
        }

        Stream<Near> all() {
            if (channels == null || queue == null) {
                return Stream.empty();
            }
            Limits limits = channels.limits();
            return Stream.of(
                    new Near(Limit.CHANNELS, mount, mostChannels, limits.maxChannels(), id(channels)),
                    new Near(Limit.QUEUE_BYTES, mount, mostQueued, limits.maxQueueBytes(), id(queue)));
        }

        private static String id(ConnectionView each) {
            return String.valueOf(each.number());
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
        return nearest.values().stream().flatMap(Nearest::all).toList();
    }
}
