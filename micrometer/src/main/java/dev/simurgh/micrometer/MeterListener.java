package dev.simurgh.micrometer;

import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.StopReason;
import dev.simurgh.channel.spi.SocketMount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what happens at an endpoint, but for messages and bytes, which the endpoint counts by itself. It is called by parts that start before the meters do, too; what it counts then is not shown.
 */
final class MeterListener implements EndpointListener {
    private Counts counts = new Counts(MeterSet.closed(), List.of()); // plain, since all that it holds is final

    /** What is counted into. */
    private static final class Counts {
        final Map<String, SocketMeters> sockets = new HashMap<>();
        final SocketMeters otherSocket;
        final CountEach<Drop> drops;
        final Count overloads;
        final LazyTimer overloadDuration;
        final Count drained;
        volatile double drainProgress;

        Counts(MeterSet meters, List<SocketMount> mounts) {
            for (SocketMount mount : mounts) {
                sockets.put(mount.path(), SocketMeters.of(meters, mount));
            }
            sockets.put("", SocketMeters.none(meters));
            otherSocket = SocketMeters.other(meters);
            drops = new CountEach<>(meters, Described.DROPS, Drop.class).expectAll();
            overloads = new Count(meters, Described.LOOP_OVERLOADS).expect();
            overloadDuration = new LazyTimer(meters, Described.LOOP_OVERLOAD_DURATION);
            drained = new Count(meters, Described.DRAINED_CONNECTIONS).expect();
            meters.gauge(Described.DRAIN_PROGRESS, () -> drainProgress);
        }
    }

    /** Begins to show what it counts of these sockets. */
    void begin(MeterSet meters, List<SocketMount> mounts) {
        counts = new Counts(meters, mounts);
    }

    private SocketMeters socket(String mount) {
        Counts known = counts;
        return known.sockets.getOrDefault(mount, known.otherSocket);
    }

    private TransportMeters transport(String mount, String transport) {
        return socket(mount).transport(transport);
    }

    private ChannelMeters channel(String mount, String pattern) {
        return socket(mount).channel(pattern);
    }

    @Override
    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
        transport(mount, transport).connected(outcome, nanos);
    }

    @Override
    public void disconnected(String mount, String transport, int code, String reason, long nanos) {
        transport(mount, transport).disconnected(code, nanos);
    }

    @Override
    public void paused(String mount, String transport, PauseCause cause) {
        transport(mount, transport).paused(cause);
    }

    @Override
    public void resumed(String mount, String transport, PauseCause cause, long nanos) {
        transport(mount, transport).resumed(cause, nanos);
    }

    @Override
    public void malformed(String mount, String transport) {
        transport(mount, transport).malformed.add(1);
    }

    @Override
    public void limited(String mount, String transport, Limit limit) {
        socket(mount).limited(limit);
    }

    @Override
    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
        channel(mount, pattern).joined(outcome, nanos);
    }

    @Override
    public void waited(String mount, String pattern, String topic, long nanos) {
        channel(mount, pattern).mailboxWait.record(nanos);
    }

    @Override
    public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
        channel(mount, pattern).handled(event, nanos);
    }

    @Override
    public void pushed(String mount, String pattern, String topic, String event, int bytes) {
        channel(mount, pattern).pushed(bytes);
    }

    @Override
    public void left(String mount, String pattern, String topic, StopReason reason) {
        channel(mount, pattern).left(reason);
    }

    @Override
    public void crashed(String mount, String pattern, String topic, Throwable cause) {
        channel(mount, pattern).crashes.add(1);
    }

    @Override
    public void broadcast(String mount, String pattern, String topic, String event) {
        channel(mount, pattern).broadcasts.add(1);
    }

    @Override
    public void dropped(Drop kind) {
        counts.drops.increment(kind);
    }

    @Override
    public void behind(long bytes) {
        counts.overloads.add(1);
    }

    @Override
    public void caughtUp(long nanos) {
        counts.overloadDuration.record(nanos);
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        counts.drained.add(connections);
        counts.drainProgress = (double) batch / batches;
    }
}
