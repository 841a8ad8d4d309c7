package dev.simurgh.channel;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what listeners throw away from those who do the work, and knows which of their methods do anything: the others are not called,
 * and whoever would have to take the time for one asks before. An Error, too, is none of the business of whoever tells.
 */
final class GuardedListener implements EndpointListener {
    private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

    private static final EndpointListener[] NOBODY = {};
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

    // Set before anything happens of which they would hear.
    private EndpointListener[] all = NOBODY;
    private EndpointListener[] connections = NOBODY;
    private EndpointListener[] received = NOBODY;
    private EndpointListener[] sent = NOBODY;
    private EndpointListener[] pauses = NOBODY;
    private EndpointListener[] joined = NOBODY;
    private EndpointListener[] waited = NOBODY;
    private EndpointListener[] handledIn = NOBODY;
    private EndpointListener[] pushed = NOBODY;
    private EndpointListener[] broadcast = NOBODY;
    private EndpointListener[] delivered = NOBODY;
    private EndpointListener[] backlog = NOBODY;
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - BETWEEN_LINES);
    private final LongAdder leftOut = new LongAdder();

    GuardedListener(Collection<EndpointListener> listeners) {
        tell(listeners);
    }

    /** Tells each of them from now on, in this order. */
    void tell(Collection<EndpointListener> listeners) {
        all = listeners.toArray(EndpointListener[]::new);
        connections = hearing("connected", "disconnected");
        received = hearing("received");
        sent = hearing("sent");
        pauses = hearing("paused", "resumed");
        joined = hearing("joined");
        waited = hearing("waited");
        handledIn = hearing("handledIn");
        pushed = hearing("pushed");
        broadcast = hearing("broadcast");
        delivered = hearing("delivered");
        backlog = hearing("behind", "caughtUp");
    }

    /** Those that have code of their own for one of these methods. No two methods of a listener have the same name. */
    private EndpointListener[] hearing(String... names) {
        return Stream.of(all)
                .filter(listener -> Stream.of(EndpointListener.class.getMethods())
                        .filter(method -> List.of(names).contains(method.getName()))
                        .anyMatch(method -> overrides(listener.getClass(), method)))
                .toArray(EndpointListener[]::new);
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
        return connections.length > 0;
    }

    boolean hearsReceived() {
        return received.length > 0;
    }

    boolean hearsSent() {
        return sent.length > 0;
    }

    boolean hearsPauses() {
        return pauses.length > 0;
    }

    boolean hearsJoined() {
        return joined.length > 0;
    }

    boolean hearsWaited() {
        return waited.length > 0;
    }

    boolean hearsHandledIn() {
        return handledIn.length > 0;
    }

    boolean hearsPushed() {
        return pushed.length > 0;
    }

    boolean hearsBroadcast() {
        return broadcast.length > 0;
    }

    boolean hearsDelivered() {
        return delivered.length > 0;
    }

    boolean hearsBacklog() {
        return backlog.length > 0;
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
        for (EndpointListener listener : connections) {
            try {
                listener.connected(mount, transport, outcome, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void disconnected(String mount, String transport, int code, String reason, long nanos) {
        for (EndpointListener listener : connections) {
            try {
                listener.disconnected(mount, transport, code, reason, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void received(String mount, String transport, int bytes) {
        for (EndpointListener listener : received) {
            try {
                listener.received(mount, transport, bytes);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void sent(String mount, String transport, int bytes) {
        for (EndpointListener listener : sent) {
            try {
                listener.sent(mount, transport, bytes);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void paused(String mount, String transport, PauseCause cause) {
        for (EndpointListener listener : pauses) {
            try {
                listener.paused(mount, transport, cause);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void resumed(String mount, String transport, PauseCause cause, long nanos) {
        for (EndpointListener listener : pauses) {
            try {
                listener.resumed(mount, transport, cause, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void malformed(String mount, String transport) {
        for (EndpointListener listener : all) {
            try {
                listener.malformed(mount, transport);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void limited(String mount, String transport, Limit limit) {
        for (EndpointListener listener : all) {
            try {
                listener.limited(mount, transport, limit);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
        for (EndpointListener listener : joined) {
            try {
                listener.joined(mount, pattern, topic, outcome, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void waited(String mount, String pattern, String topic, long nanos) {
        for (EndpointListener listener : waited) {
            try {
                listener.waited(mount, pattern, topic, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
        for (EndpointListener listener : handledIn) {
            try {
                listener.handledIn(mount, pattern, topic, event, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void pushed(String mount, String pattern, String topic, String event, int bytes) {
        for (EndpointListener listener : pushed) {
            try {
                listener.pushed(mount, pattern, topic, event, bytes);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void left(String mount, String pattern, String topic, StopReason reason) {
        for (EndpointListener listener : all) {
            try {
                listener.left(mount, pattern, topic, reason);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void crashed(String mount, String pattern, String topic, Throwable cause) {
        for (EndpointListener listener : all) {
            try {
                listener.crashed(mount, pattern, topic, cause);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void broadcast(String mount, String pattern, String topic, String event) {
        for (EndpointListener listener : broadcast) {
            try {
                listener.broadcast(mount, pattern, topic, event);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void delivered(String topic, String event, int clients, long bytes) {
        for (EndpointListener listener : delivered) {
            try {
                listener.delivered(topic, event, clients, bytes);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void dropped(Drop kind) {
        for (EndpointListener listener : all) {
            try {
                listener.dropped(kind);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void behind(long bytes) {
        for (EndpointListener listener : backlog) {
            try {
                listener.behind(bytes);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void caughtUp(long nanos) {
        for (EndpointListener listener : backlog) {
            try {
                listener.caughtUp(nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void heldUp(String mount, String pattern, String topic, long nanos) {
        for (EndpointListener listener : all) {
            try {
                listener.heldUp(mount, pattern, topic, nanos);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        for (EndpointListener listener : all) {
            try {
                listener.drained(connections, batch, batches);
            } catch (Throwable thrown) {
                failed(thrown);
            }
        }
    }
}
