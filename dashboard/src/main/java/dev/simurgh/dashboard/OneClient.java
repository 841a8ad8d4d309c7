package dev.simurgh.dashboard;

import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page of one connection. It is the only one for which an event loop is asked: for the channels of that connection, and for a ping. On the dashboard's
 * own thread.
 */
final class OneClient {
    private static final int MOST = 32;
    /** How many of its channels are shown. */
    static final int MAX_CHANNELS = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** A connection that is looked at. */
    private static final class Looked {
        final ConnectionView connection;
        long pingedAt;
        boolean pinged;
        volatile @Nullable Long rttNanos;

        Looked(ConnectionView connection) {
            this.connection = connection;
        }
    }

    private final Timers timers;
    private final Clients clients;
    private final Map<String, Looked> looked = new LinkedHashMap<>();

    OneClient(Timers timers, Clients clients) {
        this.timers = timers;
        this.clients = clients;
    }

    CompletableFuture<Map<String, Object>> page(String id) {
        Looked one = find(id);
        if (one == null) {
            Map<String, Object> gone = new LinkedHashMap<>();
            gone.put("id", id);
            gone.put("gone", true);
            return CompletableFuture.completedFuture(gone);
        }
        ping(one);
        Map<String, Object> data = clients.row(one.connection);
        Long rtt = one.rttNanos;
        data.put(
                "rtt_ms",
                rtt == null
                        ? null
                        : Rate.tenths((double) rtt / Duration.ofMillis(1).toNanos()));
        return withChannels(one.connection, data);
    }

    private @Nullable Looked find(String id) {
        Looked known = looked.remove(id);
        if (known == null) {
            known = clients.find(id).map(Looked::new).orElse(null);
        }
        if (known == null || known.connection.isClosed()) {
            return null;
        }
        looked.put(id, known);
        if (looked.size() > MOST) {
            looked.remove(looked.keySet().iterator().next());
        }
        return known;
    }

    /** Once a second at most; the answer is seen with the next look. */
    private void ping(Looked one) {
        long now = timers.nanoTime();
        if (!one.pinged || now - one.pingedAt >= Asked.FRESH_NANOS) {
            one.pinged = true;
            one.pingedAt = now;
            one.connection.roundTrip(nanos -> one.rttNanos = nanos);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is handed on
    private CompletableFuture<Map<String, Object>> withChannels(ConnectionView connection, Map<String, Object> data) {
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        long now = timers.nanoTime();
        CompletableFuture<List<ConnectionView.Joined>> channels = connection.channels();
        Runnable impatience = timers.schedule(PATIENCE, () -> channels.complete(List.of()));
        channels.whenComplete((joined, failure) -> {
            impatience.run();
            data.put("topics", failure == null ? rows(joined, now) : List.of());
            answer.complete(data);
        });
        return answer;
    }

    private static List<Map<String, Object>> rows(List<ConnectionView.Joined> joined, long now) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ConnectionView.Joined each : joined.subList(0, Math.min(MAX_CHANNELS, joined.size()))) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("topic", each.topic());
            row.put("pattern", each.pattern());
            row.put("joined_s", TimeUnit.NANOSECONDS.toSeconds(now - each.openedNanos()));
            row.put("waiting_messages", (long) each.waitingMessages());
            row.put("waiting_bytes", (long) each.waitingBytes());
            rows.add(row);
        }
        return rows;
    }
}
