package dev.simurgh.benchmarks;

import java.util.function.LongSupplier;

/** Echo and fan-out: a warm-up, a measured window, and a drain after which everything must have come. */
final class LoadRun {
    private static final double SETTLE_SECONDS = 0.3;
    private static final long LEAD_NANOS = 20_000_000;
    private static final double BUSY_PERCENT = 90;

    private final BenchOptions options;
    private final Measured server;
    private final Measured self = Measured.self();
    private final Fleet fleet;
    private final Watch watch;
    private final Report report;
    private final boolean echo;

    LoadRun(BenchOptions options, Measured server, Fleet fleet, Watch watch, Report report) {
        this.options = options;
        this.server = server;
        this.fleet = fleet;
        this.watch = watch;
        this.report = report;
        this.echo = options.scenario == Scenario.ECHO;
    }

    /** Opens all connections, and tells how fast that went. */
    static void bringUp(BenchOptions options, Fleet fleet, Watch watch, Report report, boolean join, double pace)
            throws InterruptedException {
        long begun = Fleet.now();
        fleet.open(join, pace);
        watch.until(
                fleet::settled, options.clients / pace + options.timeout, "connecting", () -> fleet.sum(Count.LIVE));
        double seconds = Math.max(0, fleet.lastSuccess() - begun) / 1e9;
        report.put("connect_s", seconds, 3, "until the last was up");
        report.put("connects_per_s", seconds > 0 ? fleet.sum(Count.LIVE) / seconds : 0, 0, "with their joins, if any");
    }

    /** What was done and used up to a moment. */
    private record Reading(long time, long operations, long published, double serverCpu, double ownCpu) {}

    /** Runs the load; returns whether nothing was missing and nothing came that should not. */
    boolean run() throws InterruptedException {
        bringUp(options, fleet, watch, report, true, options.connectRate);
        watch.pause(SETTLE_SECONDS, "settling");
        if (fleet.sum(Count.LIVE) == 0) {
            return false;
        }
        Publishers publishers = new Publishers(options, fleet);
        Timeline timeline = Timeline.of(Fleet.now() + LEAD_NANOS, options);
        fleet.start(lane -> echo
                ? new EchoTraffic(lane, options, timeline)
                : new FanOutTraffic(lane, options, timeline, publishers));
        LongSupplier operations = () -> fleet.sum(echo ? Count.REPLIES : Count.DELIVERIES);
        watch.untilTime(timeline.measured(), "warm-up", operations);
        Reading from = read(operations, publishers);
        watch.untilTime(timeline.end(), "measuring", operations);
        Reading to = read(operations, publishers);
        watch.until(
                () -> fleet.finished()
                        && (echo
                                ? fleet.sum(Count.REPLIES) >= fleet.sum(Count.REQUESTS)
                                : fleet.sum(Count.DELIVERIES) >= publishers.expected()),
                options.drain,
                "draining",
                operations);
        fleet.close(); // so that what clients have counted may be read
        rates(from, to);
        boolean complete = echo ? echoed() : fannedOut(publishers);
        report.putIfAny(
                "unsent", unsent(publishers), "pushes that were due: the window was full, or the generator too slow");
        report.putIfAny("push_errors", fleet.sum(Count.PUSH_ERRORS), "replies with another status than ok");
        report.putIfAny("skipped", fleet.sum(Count.SKIPPED), "pushes not sent: connection down or not taking any");
        return complete && fleet.sum(Count.PUSH_ERRORS) == 0 && to.operations() > from.operations();
    }

    private long unsent(Publishers publishers) {
        if (options.closedLoop()) {
            return 0;
        }
        long due = (long) Math.floor(options.rate * (options.warmup + options.seconds));
        return Math.max(0, due - (echo ? fleet.sum(Count.REQUESTS) : publishers.sent()) - fleet.sum(Count.SKIPPED));
    }

    private Reading read(LongSupplier operations, Publishers publishers) {
        return new Reading(
                Fleet.now(), operations.getAsLong(), publishers.sent(), server.cpuSeconds(), self.cpuSeconds());
    }

    private void rates(Reading from, Reading to) {
        double seconds = (to.time() - from.time()) / 1e9;
        long operations = to.operations() - from.operations();
        String operation = echo ? "request" : "delivery";
        String each =
                options.closedLoop() ? "a closed loop: as fast as answers come" : "an open loop: at the given rate";
        report.put("loop", options.closedLoop() ? "closed" : "open");
        report.put("window", options.window);
        report.put("payload_bytes", options.payload);
        report.put("measured_s", seconds, 3, "without warm-up");
        if (!echo) {
            report.put("publishers", options.publishers);
            report.put("publishes_per_s", (to.published() - from.published()) / seconds, 1, each);
        }
        report.put(echo ? "requests_per_s" : "deliveries_per_s", operations / seconds, 0, each);
        if (server.known()) {
            double cpu = to.serverCpu() - from.serverCpu();
            report.put(
                    "server_cpu_per_" + operation + "_us",
                    Measured.micros(cpu, operations),
                    3,
                    "compare servers by this");
            report.put("server_cpu_pct", cpu / seconds * 100, 1, "of one core");
            report.put("server_rss_bytes", server.residentBytes());
        }
        if (self.known()) {
            double busy = (to.ownCpu() - from.ownCpu()) / seconds * 100;
            report.put(
                    "client_cpu_pct",
                    busy,
                    1,
                    busy > BUSY_PERCENT * options.threads
                            ? "the generator is at its limit, so throughput and latency are partly its own"
                            : "of one core");
        }
    }

    private boolean echoed() {
        long missing = fleet.sum(Count.REQUESTS) - fleet.sum(Count.REPLIES);
        report.put("requests", fleet.sum(Count.REQUESTS), "warm-up included");
        report.put("replies", fleet.sum(Count.REPLIES));
        report.put("missing", missing, "requests without a reply after the drain");
        report.putIfAny("unknown_replies", fleet.sum(Count.UNKNOWN_REPLIES), "to no request of ours");
        return missing == 0 && fleet.sum(Count.UNKNOWN_REPLIES) == 0;
    }

    private boolean fannedOut(Publishers publishers) {
        long expected = 0;
        long missing = 0;
        long extra = 0;
        long[] sent = publishers.sentByTopic();
        for (Client client : fleet.clients()) {
            if (client.isJoined() || client.deliveries() > 0) {
                long due = sent[client.index() % options.topics];
                expected += due;
                missing += Math.max(0, due - client.deliveries());
                extra += Math.max(0, client.deliveries() - due);
            }
        }
        long disorder = fleet.sum(Count.OUT_OF_ORDER);
        long misrouted = fleet.sum(Count.MISROUTED);
        report.put("published", publishers.sent(), "warm-up included");
        report.put("expected", expected, "deliveries");
        report.put("delivered", fleet.sum(Count.DELIVERIES));
        report.put("missing", missing, "deliveries that did not come");
        report.putIfAny("extra", extra, "deliveries that came too often");
        report.putIfAny("out_of_order", disorder, "or repeated");
        report.putIfAny("misrouted", misrouted, "for another topic");
        report.putIfAny("abandoned", fleet.sum(Count.ABANDONED), "broadcasts never completed");
        return missing == 0 && extra == 0 && disorder == 0 && misrouted == 0;
    }
}
