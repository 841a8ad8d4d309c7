package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.LoopView;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * A node's numbers as they go on: looked at once a second while somebody looks, and each {@value HistoryRing#STEP_SECONDS} s for the history in any case. On
 * the dashboard's own thread.
 */
final class Pulse {
    static final List<String> SERIES = List.of(
            "connections",
            "in_per_s",
            "out_per_s",
            "deliveries_per_s",
            "joins_per_s",
            "drops_per_s",
            "crashes_per_s",
            "loop_lag_ms",
            "cpu",
            "heap_used",
            "queued_bytes",
            "handle_p99_us");

    private final Endpoint endpoint;
    private final Heard heard;
    private final Clients clients;
    private final LongSupplier nanoTime;
    private final long startedAt;
    final LoopLag lag;
    final Machine machine;
    final HistoryRing ring = new HistoryRing(SERIES);
    /** Of the last second, or step, by the keys of a node. */
    private final Map<String, Rate> rates = new HashMap<>();
    /** Of the last step, by series. */
    private final Map<String, Rate> steps = new HashMap<>();

    private long sampledAt;
    private long stepAt;

    Pulse(Endpoint endpoint, Heard heard, Clients clients, LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.heard = heard;
        this.clients = clients;
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.sampledAt = startedAt;
        this.stepAt = startedAt;
        this.lag = new LoopLag(nanoTime);
        this.machine = new Machine(nanoTime);
    }

    private static double seconds(long nanos) {
        return (double) nanos / Duration.ofSeconds(1).toNanos();
    }

    /** Looks, unless somebody has a moment ago. */
    void beat() {
        long now = nanoTime.getAsLong();
        if (now - sampledAt >= Asked.FRESH_NANOS) {
            sample(seconds(now - sampledAt));
            sampledAt = now;
        }
    }

    private void sample(double seconds) {
        List<LoopView> loops = endpoint.backstage().loops();
        lag.look(loops);
        machine.sample();
        heard.sample(seconds);
        heard.busy.sample(seconds);
        totals(loops).forEach((key, total) -> rate(rates, key).sample(total, seconds));
    }

    /** What only grows, by the key of its rate. */
    private Map<String, Long> totals(List<LoopView> loops) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("in_per_s", sum(loops, LoopView::messagesIn));
        all.put("out_per_s", sum(loops, LoopView::messagesOut));
        all.put("bytes_in_per_s", sum(loops, LoopView::bytesIn));
        all.put("bytes_out_per_s", sum(loops, LoopView::bytesOut));
        all.put("broadcasts_per_s", heard.broadcasts.total());
        all.put("deliveries_per_s", heard.deliveries.total());
        all.put("joins_per_s", heard.joins.total());
        all.put("connects_per_s", heard.connects.total());
        all.put("drops_per_s", sum(heard.drops.values().stream().toList(), Tally::total));
        all.put("crashes_per_s", heard.crashes.total());
        all.put("closes_per_s", sum(heard.closes.values().stream().toList(), Tally::total));
        return all;
    }

    private static <E> long sum(List<E> all, ToLongFunction<E> of) {
        return all.stream().mapToLong(of).sum();
    }

    private static Rate rate(Map<String, Rate> all, String key) {
        return all.computeIfAbsent(key, made -> new Rate());
    }

    /** A step of the history is over. */
    void step() {
        beat();
        long now = nanoTime.getAsLong();
        Map<String, Double> point = new HashMap<>();
        double seconds = seconds(now - stepAt);
        stepAt = now;
        totals(endpoint.backstage().loops())
                .forEach((key, total) -> point.put(key, rate(steps, key).sample(total, seconds)));
        point.put("connections", (double) endpoint.connectionCount());
        point.put("loop_lag_ms", lag.worstMillis());
        point.put("cpu", machine.cpu());
        point.put("heap_used", (double) Machine.heapUsed());
        point.put("queued_bytes", (double) clients.sums().queuedBytes());
        point.put("handle_p99_us", (double) handleTimes().micros(0.99));
        ring.add(point);
        heard.step();
        lag.step();
    }

    private Latencies.Distribution handleTimes() {
        return heard.channels().stream()
                .map(ChannelTally::handleTimes)
                .reduce(Latencies.Distribution.none(), Latencies.Distribution::plus);
    }

    /** The node in one row. */
    Map<String, Object> node(String name) {
        ClientSums sums = clients.sums();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("self", true);
        row.put("answered", true);
        row.put("age_ms", 0L);
        row.put("up_s", (long) seconds(nanoTime.getAsLong() - startedAt));
        row.put("version", Machine.version());
        row.put("java", System.getProperty("java.version", ""));
        row.put("connections", (long) endpoint.connectionCount());
        row.put("channels", endpoint.channelCount());
        row.put("topics", (long) endpoint.pubsub().topicCount());
        row.put("subscriptions", endpoint.pubsub().subscriptionCount());
        totals(List.of()).keySet().forEach(key -> row.put(key, rate(rates, key).perSecond()));
        row.put("queued_bytes", sums.queuedBytes());
        row.put("waiting_bytes", sums.waitingBytes() + endpoint.pubsub().waitingBytes());
        row.put("slow", sums.slow());
        row.put("loop_lag_ms", lag.worstMillis());
        row.put("cpu", machine.cpu());
        row.put("heap_used", Machine.heapUsed());
        row.put("heap_max", Machine.heapMax());
        row.put("draining", endpoint.isDraining());
        return row;
    }
}
