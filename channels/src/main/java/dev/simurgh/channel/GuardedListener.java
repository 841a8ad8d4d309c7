package dev.simurgh.channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a listener throws away from those who do the work. */
final class GuardedListener implements EndpointListener {
    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    private final EndpointListener listener;

    GuardedListener(EndpointListener listener) {
        this.listener = listener;
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.error("endpoint listener failed", e);
        }
    }

    @Override
    public void connected(String mountPath, String transport, ConnectOutcome outcome, long nanos) {
        guarded(() -> listener.connected(mountPath, transport, outcome, nanos));
    }

    @Override
    public void disconnected(String mountPath, String transport) {
        guarded(() -> listener.disconnected(mountPath, transport));
    }

    @Override
    public void joined(String topic, JoinOutcome outcome, long nanos) {
        guarded(() -> listener.joined(topic, outcome, nanos));
    }

    @Override
    public void handledIn(String topic, String event, long nanos) {
        guarded(() -> listener.handledIn(topic, event, nanos));
    }

    @Override
    public void pushed(String topic, String event, int frameBytes) {
        guarded(() -> listener.pushed(topic, event, frameBytes));
    }

    @Override
    public void broadcast(String topic, String event) {
        guarded(() -> listener.broadcast(topic, event));
    }

    @Override
    public void left(String topic, StopReason reason) {
        guarded(() -> listener.left(topic, reason));
    }

    @Override
    public void crashed(String topic, Throwable cause) {
        guarded(() -> listener.crashed(topic, cause));
    }

    @Override
    public void malformed(String mountPath) {
        guarded(() -> listener.malformed(mountPath));
    }

    @Override
    public void dropped(String reason) {
        guarded(() -> listener.dropped(reason));
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        guarded(() -> listener.drained(connections, batch, batches));
    }
}
