package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * The topics that have subscribers on this node: the rows that viewers look at, by one walk for all of them, which copies nothing. On the dashboard's own
 * thread.
 */
final class Topics {
    private final Endpoint endpoint;
    private final String node;
    private final LongSupplier nanoTime;
    private final BusyTopics busy;
    private final ToIntFunction<String> taps;
    private final Budget budget;
    private final Asked<String> asked = new Asked<>();
    private long walkedAt;

    /** @param taps how many of a topic's subscribers are the dashboard's own, and left out */
    Topics(Endpoint endpoint, String node, LongSupplier nanoTime, BusyTopics busy, ToIntFunction<String> taps) {
        this.endpoint = endpoint;
        this.node = node;
        this.nanoTime = nanoTime;
        this.busy = busy;
        this.taps = taps;
        this.budget = new Budget(nanoTime.getAsLong());
        this.walkedAt = nanoTime.getAsLong() - Asked.FRESH_NANOS;
    }

    Map<String, Object> page(Query query) {
        long now = nanoTime.getAsLong();
        Asked.Found<String> found = asked.of(query, now);
        boolean urgent = !found.isKnown();
        if ((urgent || now - walkedAt >= Asked.FRESH_NANOS) && budget.allows(urgent, now)) {
            walk(now);
        }
        return asked.page(
                found,
                endpoint.pubsub().topicCount(),
                () -> found.rows(result ->
                        result.rows(topic -> true).stream().map(this::row).toList()));
    }

    private void walk(long now) {
        List<Asked.Found<String>> all = asked.begin(now, Topics::ranking);
        endpoint.pubsub().eachTopic((topic, subscribers) -> {
            int clients = subscribers - taps.applyAsInt(topic);
            for (Asked.Found<String> found : all) {
                Query query = found.query();
                if (clients > 0 && Texts.has(topic, query.text())) {
                    double score = score(query.sort(), topic, clients);
                    found.ranking().offer(query.descending() ? score : -score, topic);
                }
            }
        });
        asked.end(all);
        walkedAt = nanoTime.getAsLong();
        budget.spent(walkedAt - now);
    }

    private static TopN<String> ranking(Query query) {
        Comparator<String> byName = Comparator.naturalOrder();
        boolean backwards = query.sort().equals("topic") && query.descending();
        return new TopN<>(query.offset(), query.limit(), backwards ? byName.reversed() : byName);
    }

    private double score(String sort, String topic, int subscribers) {
        return switch (sort) {
            case "subscribers" -> subscribers;
            case "broadcasts_per_s" -> busy.isQuiet() ? 0 : busy.of(topic).broadcasts();
            case "deliveries_per_s" -> busy.isQuiet() ? 0 : busy.of(topic).deliveries();
            default -> 0; // by name
        };
    }

    private Map<String, Object> row(String topic) {
        BusyTopics.Rates rates = busy.of(topic);
        long subscribers = Math.max(0, endpoint.pubsub().subscriberCount(topic) - taps.applyAsInt(topic));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("topic", topic);
        row.put("pattern", pattern(topic));
        row.put("subscribers", subscribers);
        row.put("by_node", only(subscribers));
        row.put("broadcasts_per_s", Rate.tenths(rates.broadcasts()));
        row.put("deliveries_per_s", Rate.tenths(rates.deliveries()));
        return row;
    }

    /** A page of one topic. */
    Map<String, Object> one(String topic) {
        Map<String, Object> data = row(topic);
        data.put("bytes_per_s", Rate.tenths(busy.of(topic).bytes()));
        data.put("about", only(endpoint.backstage().about(topic)));
        return data;
    }

    /** Over several nodes there is one for each. */
    private Map<String, Object> only(Object ofThisNode) {
        Map<String, Object> byNode = new HashMap<>();
        byNode.put(node, Objects.requireNonNull(ofThisNode));
        return byNode;
    }

    /** The first that has it; empty if it is the topic of no channel. */
    private String pattern(String topic) {
        return endpoint.backstage().mounts().stream()
                .flatMap(mount -> mount.spec().patterns().stream())
                .filter(pattern -> Texts.matches(pattern, topic))
                .findFirst()
                .orElse("");
    }
}
