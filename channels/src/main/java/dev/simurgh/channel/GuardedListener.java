package dev.simurgh.channel;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener throws away from those who do the work, and knows which of its methods do anything: the others are not called,
 * and whoever would have to take the time for one asks before.
 */
final class GuardedListener implements EndpointListener {
    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);
    static final GuardedListener NONE = new GuardedListener(EndpointListener.NONE);

    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

    private final EndpointListener listener;
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - BETWEEN_LINES);
    private final LongAdder leftOut = new LongAdder();
    private final boolean hearsConnections;
    private final boolean hearsReceived;
    private final boolean hearsSent;
    private final boolean hearsPauses;
    private final boolean hearsJoined;
    private final boolean hearsWaited;
    private final boolean hearsHandledIn;
    private final boolean hearsPushed;
    private final boolean hearsBroadcast;
    private final boolean hearsDelivered;
    private final boolean hearsBacklog;

    GuardedListener(EndpointListener listener) {
        this.listener = listener;
        Set<String> heard = heard(listener.getClass());
        hearsConnections = heard.contains("connected") || heard.contains("disconnected");
        hearsReceived = heard.contains("received");
        hearsSent = heard.contains("sent");
        hearsPauses = heard.contains("paused") || heard.contains("resumed");
        hearsJoined = heard.contains("joined");
        hearsWaited = heard.contains("waited");
        hearsHandledIn = heard.contains("handledIn");
        hearsPushed = heard.contains("pushed");
        hearsBroadcast = heard.contains("broadcast");
        hearsDelivered = heard.contains("delivered");
        hearsBacklog = heard.contains("behind") || heard.contains("caughtUp");
    }

    /** The names of the methods that a class has code of its own for. No two methods of a listener have the same name. */
    private static Set<String> heard(Class<?> type) {
        return Stream.of(EndpointListener.class.getMethods())
                .filter(method -> overrides(type, method))
                .map(Method::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean overrides(Class<?> type, Method method) {
        try {
            return type.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass()
                    != EndpointListener.class;
        } catch (NoSuchMethodException | SecurityException e) {
            return true; // cannot be known, so it is called
        }
    }

    // Whether it is worth the effort to find out what a method wants to know.

    boolean hearsConnections() {
        return hearsConnections;
    }

    boolean hearsReceived() {
        return hearsReceived;
    }

    boolean hearsSent() {
        return hearsSent;
    }

    boolean hearsPauses() {
        return hearsPauses;
    }

    boolean hearsJoined() {
        return hearsJoined;
    }

    boolean hearsWaited() {
        return hearsWaited;
    }

    boolean hearsHandledIn() {
        return hearsHandledIn;
    }

    boolean hearsPushed() {
        return hearsPushed;
    }

    boolean hearsBroadcast() {
        return hearsBroadcast;
    }

    boolean hearsDelivered() {
        return hearsDelivered;
    }

    boolean hearsBacklog() {
        return hearsBacklog;
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) { // an Error, too, is none of the business of whoever tells
            failed(thrown);
        }
    }

    /** It may do so with each message of a client, so what is written does not depend on how often. */
    private void failed(Throwable thrown) {
        long last = lastLine.get();
        long now = System.nanoTime();
        if (now - last >= BETWEEN_LINES && lastLine.compareAndSet(last, now)) {
            log.error(
                    "endpoint listener failed ({} failures before it were not logged)", leftOut.sumThenReset(), thrown);
        } else {
            leftOut.increment();
        }
    }

    @Override
    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
        if (hearsConnections) {
            guarded(() -> listener.connected(mount, transport, outcome, nanos));
        }
    }

    @Override
    public void disconnected(String mount, String transport, int code, String reason, long nanos) {
        if (hearsConnections) {
            guarded(() -> listener.disconnected(mount, transport, code, reason, nanos));
        }
    }

    @Override
    public void received(String mount, String transport, int bytes) {
        if (hearsReceived) {
            guarded(() -> listener.received(mount, transport, bytes));
        }
    }

    @Override
    public void sent(String mount, String transport, int bytes) {
        if (hearsSent) {
            guarded(() -> listener.sent(mount, transport, bytes));
        }
    }

    @Override
    public void paused(String mount, String transport, PauseCause cause) {
        if (hearsPauses) {
            guarded(() -> listener.paused(mount, transport, cause));
        }
    }

    @Override
    public void resumed(String mount, String transport, PauseCause cause, long nanos) {
        if (hearsPauses) {
            guarded(() -> listener.resumed(mount, transport, cause, nanos));
        }
    }

    @Override
    public void malformed(String mount, String transport) {
        guarded(() -> listener.malformed(mount, transport));
    }

    @Override
    public void limited(String mount, String transport, Limit limit) {
        guarded(() -> listener.limited(mount, transport, limit));
    }

    @Override
    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
        if (hearsJoined) {
            guarded(() -> listener.joined(mount, pattern, topic, outcome, nanos));
        }
    }

    @Override
    public void waited(String mount, String pattern, String topic, long nanos) {
        if (hearsWaited) {
            guarded(() -> listener.waited(mount, pattern, topic, nanos));
        }
    }

    @Override
    public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
        if (hearsHandledIn) {
            guarded(() -> listener.handledIn(mount, pattern, topic, event, nanos));
        }
    }

    @Override
    public void pushed(String mount, String pattern, String topic, String event, int bytes) {
        if (hearsPushed) {
            guarded(() -> listener.pushed(mount, pattern, topic, event, bytes));
        }
    }

    @Override
    public void left(String mount, String pattern, String topic, StopReason reason) {
        guarded(() -> listener.left(mount, pattern, topic, reason));
    }

    @Override
    public void crashed(String mount, String pattern, String topic, Throwable cause) {
        guarded(() -> listener.crashed(mount, pattern, topic, cause));
    }

    @Override
    public void broadcast(String mount, String pattern, String topic, String event) {
        if (hearsBroadcast) {
            guarded(() -> listener.broadcast(mount, pattern, topic, event));
        }
    }

    @Override
    public void delivered(String topic, String event, int clients, long bytes) {
        if (hearsDelivered) {
            guarded(() -> listener.delivered(topic, event, clients, bytes));
        }
    }

    @Override
    public void dropped(Drop kind) {
        guarded(() -> listener.dropped(kind));
    }

    @Override
    public void behind(long bytes) {
        if (hearsBacklog) {
            guarded(() -> listener.behind(bytes));
        }
    }

    @Override
    public void caughtUp(long nanos) {
        if (hearsBacklog) {
            guarded(() -> listener.caughtUp(nanos));
        }
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        guarded(() -> listener.drained(connections, batch, batches));
    }
}
