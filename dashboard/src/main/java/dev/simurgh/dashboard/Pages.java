package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.Limit;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** The pages that are made of counts: channels, limits and event loops. On the dashboard's own thread. */
final class Pages {
    static final int MAX_METRICS = 500;

    private final Endpoint endpoint;
    private final String node;
    private final Heard heard;
    private final Clients clients;
    private final Pulse pulse;

    Pages(Endpoint endpoint, String node, Heard heard, Clients clients, Pulse pulse) {
        this.endpoint = endpoint;
        this.node = node;
        this.heard = heard;
        this.clients = clients;
        this.pulse = pulse;
    }

    // Channels.

    Map<String, Object> channels() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("channels", heard.channels().stream().map(Pages::channel).toList());
        data.put("crashes", heard.crashLog.rows(node));
        return data;
    }

    private static Map<String, Object> channel(ChannelTally channel) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("mount", channel.mount);
        row.put("pattern", channel.pattern);
        row.put("non_blocking", channel.spec.isNonBlocking());
        row.put("joined", Math.max(0, channel.joins.total() - channel.left.total()));
        row.put("joins_per_s", channel.joins.perSecond());
        row.put("join_p99_us", channel.joinTimes.lately().micros(0.99));
        row.put("refused", channel.refused.total());
        row.put("crashes", channel.crashes.total());
        row.put("wait_p99_us", channel.waits.lately().micros(0.99));
        List<Map<String, Object>> events = new ArrayList<>();
        channel.events().forEach((name, event) -> events.add(event(name, event)));
        row.put("events", events);
        row.put("intercepts", sorted(channel.spec.intercepts()));
        row.put("pushes", sorted(channel.spec.protocol().pushes().keySet()));
        row.put("broadcasts", sorted(channel.spec.protocol().broadcasts().keySet()));
        return row;
    }

    private static List<String> sorted(Iterable<String> names) {
        TreeSet<String> all = new TreeSet<>();
        names.forEach(all::add);
        return List.copyOf(all);
    }

    private static Map<String, Object> event(String name, ChannelTally.Event event) {
        Latencies.Distribution times = event.times.lately();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("event", name);
        row.put("handled", event.handled.total());
        row.put("per_s", event.handled.perSecond());
        row.put("p50_us", times.micros(0.5));
        row.put("p99_us", times.micros(0.99));
        row.put("max_us", times.micros(1));
        return row;
    }

    // Limits.

    Map<String, Object> limits() {
        Map<String, Object> data = new LinkedHashMap<>();
        List<Map<String, Object>> limits = new ArrayList<>();
        for (ClientSums.Near near : clients.sums().near()) {
            Map<String, Object> row = limit(lower(near.limit().name()), heard.limitsOf(near.mount()));
            row.put("mount", near.mount());
            bound(row, near.now(), near.bound(), near.share());
            limits.add(row);
        }
        for (Bounds.Bound bound : Bounds.of(endpoint.backstage().metrics())) {
            Map<String, Object> row = limit(bound.limit(), heard.limits);
            row.put("at", bound.at());
            bound(row, bound.now(), bound.most(), bound.share());
            limits.add(row);
        }
        for (Limit limit : Limit.values()) {
            if (limits.stream().noneMatch(row -> lower(limit.name()).equals(row.get("limit")))) {
                limits.add(limit(lower(limit.name()), heard.limits));
            }
        }
        data.put("limits", limits);
        data.put("slow", clients.rows(clients.sums().slowest()));
        List<Map<String, Object>> drops = new ArrayList<>();
        heard.drops.forEach((kind, tally) -> drops.add(count("kind", lower(kind.name()), tally)));
        data.put("drops", drops);
        List<Map<String, Object>> closes = new ArrayList<>();
        heard.closes.forEach((code, tally) -> {
            if (tally.total() > 0) {
                closes.add(count("code", code, tally));
            }
        });
        data.put("closes", closes);
        data.put("pauses", pauses());
        return data;
    }

    private List<Map<String, Object>> pauses() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (PauseCause cause : PauseCause.values()) {
            Map<String, Object> row =
                    count("cause", lower(cause.name()), Objects.requireNonNull(heard.pauses.get(cause)));
            row.put("now", (long) clients.sums().paused(cause));
            rows.add(row);
        }
        return rows;
    }

    private static Map<String, Object> limit(String name, Map<Limit, Tally> hits) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("limit", name);
        row.put("hits", 0L);
        row.put("hits_per_s", 0.0);
        hits.forEach((limit, tally) -> {
            if (lower(limit.name()).equals(name)) {
                row.put("hits", tally.total());
                row.put("hits_per_s", tally.perSecond());
            }
        });
        return row;
    }

    private static void bound(Map<String, Object> row, long now, long most, double share) {
        row.put("bound", most);
        row.put("now", now);
        row.put("share", Math.round(share * 1000) / 1000.0);
    }

    private static Map<String, Object> count(String key, String name, Tally tally) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(key, name);
        row.put("count", tally.total());
        row.put("per_s", tally.perSecond());
        return row;
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    // Event loops, and whatever else tells of itself.

    /** @param text what a metric must have in its name or tags: there may be more of them than are shown */
    Map<String, Object> loops(String text) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("loops", pulse.lag.rows(node, endpoint.backstage().loops()));
        List<Metric> metrics = endpoint.backstage().metrics().stream()
                .filter(metric -> matches(metric, text))
                .toList();
        data.put(
                "metrics",
                metrics.stream()
                        .sorted(Comparator.comparing(Metric::name))
                        .limit(MAX_METRICS)
                        .map(this::metric)
                        .toList());
        data.put("metrics_left_out", (long) Math.max(0, metrics.size() - MAX_METRICS));
        return data;
    }

    private static boolean matches(Metric metric, String text) {
        return Texts.has(metric.name(), text)
                || metric.tags().entrySet().stream()
                        .anyMatch(tag -> Texts.has(tag.getKey() + "=" + tag.getValue(), text));
    }

    private Map<String, Object> metric(Metric metric) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("node", node);
        row.put("name", metric.name());
        row.put("tags", new LinkedHashMap<>(metric.tags()));
        row.put("value", read(metric));
        row.put("unit", metric.unit());
        row.put("kind", lower(metric.kind().name()));
        return row;
    }

    /** A part's reading may fail, which is its own affair. */
    static double read(Metric metric) {
        try {
            double value = metric.reading().getAsDouble();
            return Double.isFinite(value) ? value : 0;
        } catch (Throwable thrown) { // an Error, too, must not take the page from the others
            return 0;
        }
    }
}
