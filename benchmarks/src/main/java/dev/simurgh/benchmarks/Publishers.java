package dev.simurgh.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** All publishers of a fan-out. Publisher {@code i} is client {@code i}, which publishes to the topic it has joined. */
final class Publishers {
    private final List<Publisher> all = new ArrayList<>();
    private final int topics;

    Publishers(BenchOptions options, Fleet fleet) {
        topics = options.topics;
        long[] subscribers = new long[topics];
        for (Client client : fleet.clients()) {
            subscribers[client.index() % topics] += client.isJoined() ? 1 : 0;
        }
        for (int i = 0; i < options.publishers; i++) {
            int topic = i % topics;
            all.add(new Publisher(fleet.clients().get(i), i, topic, subscribers[topic], options.window));
        }
    }

    List<Publisher> all() {
        return all;
    }

    /** How many publishers a topic has at most. */
    int perTopic() {
        return (all.size() + topics - 1) / topics;
    }

    long sent() {
        return all.stream().mapToLong(Publisher::sent).sum();
    }

    /** Deliveries of all that was published so far. */
    long expected() {
        return all.stream()
                .mapToLong(publisher -> publisher.sent() * publisher.subscribers())
                .sum();
    }

    /** What each client of a topic must have got of all that was published, by topic. */
    long[] sentByTopic() {
        long[] sent = new long[topics];
        all.forEach(publisher -> sent[publisher.topic()] += publisher.sent());
        return sent;
    }
}
