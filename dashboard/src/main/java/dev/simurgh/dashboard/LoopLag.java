package dev.simurgh.dashboard;

import dev.simurgh.channel.spi.LoopView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How long event loops let a task wait: each is given one to look at the clock, when the last one has come. A loop that hangs is found by the one that does
 * not. On the dashboard's own thread.
 */
final class LoopLag {
    private static final int LATELY_STEPS = 12;

    /** One loop's. */
    private static final class Probe {
        final long[] worst = new long[LATELY_STEPS];
        int step;
        private long sentAt;
        private boolean answered = true;
        private long lag;

        synchronized boolean mayBegin(long now) {
            if (!answered) {
                return false;
            }
            answered = false;
            sentAt = now;
            return true;
        }

        synchronized void answer(long now) {
            answered = true;
            lag = now - sentAt;
        }

        synchronized long lag(long now) {
            return answered ? lag : Math.max(lag, now - sentAt);
        }
    }

    private final LongSupplier nanoTime;
    private Map<Integer, Probe> probes = new HashMap<>();

    LoopLag(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes how it is, and asks again. */
    void look(List<LoopView> now) {
        note();
        Map<Integer, Probe> known = new HashMap<>();
        for (LoopView loop : now) {
            Probe probe = probes.getOrDefault(loop.number(), new Probe());
            known.put(loop.number(), probe);
            if (probe.mayBegin(nanoTime.getAsLong())
                    && !loop.loop().tryExecute(() -> probe.answer(nanoTime.getAsLong()))) {
                probe.answer(nanoTime.getAsLong());
            }
        }
        probes = known;
    }

    private void note() {
        long now = nanoTime.getAsLong();
        probes.values().forEach(probe -> probe.worst[probe.step] = Math.max(probe.worst[probe.step], probe.lag(now)));
    }

    /** A step of the history is over. */
    void step() {
        note();
        probes.values().forEach(probe -> {
            probe.step = (probe.step + 1) % LATELY_STEPS;
            probe.worst[probe.step] = 0;
        });
    }

    /** The worst loop's. */
    double worstMillis() {
        long now = nanoTime.getAsLong();
        return millis(probes.values().stream()
                .mapToLong(probe -> probe.lag(now))
                .max()
                .orElse(0));
    }

    private static double millis(long nanos) {
        return Rate.tenths((double) nanos / Duration.ofMillis(1).toNanos());
    }

    List<Map<String, Object>> rows(String node, List<LoopView> loops) {
        note();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (LoopView loop : loops) {
            Probe probe = probes.getOrDefault(loop.number(), new Probe());
            long worst = 0;
            for (long each : probe.worst) {
                worst = Math.max(worst, each);
            }
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("node", node);
            row.put("loop", String.valueOf(loop.number()));
            row.put("connections", (long) loop.connections());
            row.put("lag_ms", millis(probe.lag(nanoTime.getAsLong())));
            row.put("lag_max_ms", millis(worst));
            row.put("waiting_bytes", loop.backlog().bytes());
            row.put("backlog", loop.backlog().isBehind());
            row.put("dropped", loop.backlog().dropped());
            row.put("messages_in", loop.messagesIn());
            row.put("messages_out", loop.messagesOut());
            rows.add(row);
        }
        return rows;
    }
}
