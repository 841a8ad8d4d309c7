package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a socket that have joined nothing yet, in the order in which they opened. One timer serves them all, and there is none
 * while nobody is here. For any thread.
 */
final class Newcomers {
    private final Timers timers;
    private final Duration patience;
    private final boolean off;
    private final Map<ClientConnection, Long> due = new LinkedHashMap<>();
    private @Nullable Runnable cancelTimer;

    Newcomers(Timers timers, Duration patience) {
        this.timers = timers;
        this.patience = patience;
        this.off = Durations.isForever(patience);
    }

    /** Begins to wait for a connection's first join. */
    void add(ClientConnection connection) {
        if (!off) {
            addAt(connection, timers.nanoTime());
        }
    }

    private synchronized void addAt(ClientConnection connection, long now) {
        due.put(connection, now + Durations.nanos(patience));
        if (cancelTimer == null) {
            cancelTimer = timers.schedule(patience, this::look);
        }
    }

    /** Waits no longer for one that has joined, or has gone. */
    void remove(ClientConnection connection) {
        if (!off) {
            removeNow(connection);
        }
    }

    private synchronized void removeNow(ClientConnection connection) {
        if (due.remove(connection) != null && due.isEmpty() && cancelTimer != null) {
            cancelTimer.run();
            cancelTimer = null;
        }
    }

    private void look() {
        late(timers.nanoTime()).forEach(connection -> connection.onLoop(connection::joinOverdue));
    }

    private synchronized List<ClientConnection> late(long now) {
        List<ClientConnection> late = new ArrayList<>();
        Iterator<Map.Entry<ClientConnection, Long>> entries = due.entrySet().iterator();
        cancelTimer = null;
        while (entries.hasNext() && cancelTimer == null) {
            Map.Entry<ClientConnection, Long> oldest = entries.next();
            long left = oldest.getValue() - now;
            if (left > 0) {
                cancelTimer = timers.schedule(Duration.ofNanos(left), this::look);
            } else {
                late.add(oldest.getKey());
                entries.remove();
            }
        }
        return late;
    }
}
