package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What an endpoint tells of itself in numbers. Each is read from what is there at that moment, and nothing is counted for it. */
final class EndpointMetrics {
    private EndpointMetrics() {}

    static List<Metric> of(Endpoint endpoint, Inside inside) {
        List<Metric> all = new ArrayList<>();
        inside.channels()
                .each((mount, pattern, count) -> all.add(Metric.gauge(
                                "simurgh.channels",
                                "",
                                "channels that are joined, or about to be, or about to have ended",
                                count::getAsLong)
                        .tagged("socket", mount)
                        .tagged("channel", pattern)));
        for (PauseCause cause : PauseCause.values()) {
            all.add(Metric.gauge(
                            "simurgh.connections.paused",
                            "",
                            "connections that are not read now, once for each cause",
                            () -> inside.paused().count(cause))
                    .tagged("cause", cause.name().toLowerCase(Locale.ROOT)));
        }
        all.add(Metric.gauge(
                "simurgh.channels.waiting",
                "bytes",
                "what clients have sent that waits for their channels",
                endpoint.connections()::waitingBytes));
        all.add(Metric.gauge(
                "simurgh.timers",
                "",
                "what connections and channels wait for: messages to themselves, time limits, pauses",
                inside::timerCount));
        all.add(Metric.gauge(
                "simurgh.loops.lag",
                "seconds",
                "how long a task waited for its turn on an event loop, at most, in the last minute",
                inside.lags()::seconds));
        all.add(Metric.counter(
                "simurgh.loops.held",
                "",
                "callbacks that have held up their event loop for 100 ms or more",
                inside::holdUpCount));
        all.add(Metric.gauge(
                "simurgh.draining",
                "",
                "1 once the endpoint sends its clients away, else 0",
                () -> endpoint.isDraining() ? 1 : 0));
        all.addAll(Schedulers.metrics(inside.scheduler()));
        all.addAll(inside.pubsub().metrics());
        return all;
    }

    /** The connections of one kind. */
    static Metric connections(String mount, String transport, Set<ClientConnection> open) {
        return Metric.gauge("simurgh.connections", "", "connections that are open", open::size)
                .tagged("socket", mount)
                .tagged("transport", transport);
    }
}
