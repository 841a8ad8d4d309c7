package dev.simurgh.benchmarks;

import java.io.PrintStream;
import java.util.concurrent.Callable;

/** One run of a scenario against a server: conducts the fleet and writes the report. */
final class Run implements AutoCloseable {
    private static final double SETTLE_SECONDS = 0.3;
    private static final double STORM_REST_SECONDS = 0.5;

    private final BenchOptions options;
    private final Target target;
    private final Measured server;
    private final Callable<OwnServer.Memory> memory;
    private final Fleet fleet;
    private final Watch watch;
    private final Report report = new Report();
    private boolean complete = true;

    /**
     * Prepares a run.
     *
     * @param server what is measured
     * @param memory tells what the server holds; zeros if that cannot be known
     */
    Run(BenchOptions options, Target target, Measured server, Callable<OwnServer.Memory> memory, PrintStream progress) {
        this.options = options;
        this.target = target;
        this.server = server;
        this.memory = memory;
        this.fleet = new Fleet(options, target);
        this.watch = new Watch(progress, server);
    }

    Report report() {
        return report;
    }

    /** Runs the scenario; returns whether all connections came up and nothing was missing. */
    boolean run() throws Exception {
        report.put("scenario", options.scenario.toString());
        report.put("clients", options.clients);
        report.put("topics", options.topics);
        switch (options.scenario) {
            case CONNECT -> connect();
            case JOIN_STORM -> joinStorm();
            case RECONNECT -> reconnect();
            case RESUME -> resume();
            case STORM -> throw new IllegalStateException("a storm is conducted by StormRun");
            case ECHO, FAN_OUT -> complete &= new LoadRun(options, server, fleet, watch, report).run();
        }
        failures();
        fleet.close();
        report.put("connect_latency", fleet.merged(Lane::connectTimes));
        report.put("join_latency", fleet.merged(Lane::joinTimes));
        if (options.scenario == Scenario.ECHO
                || options.scenario == Scenario.FAN_OUT
                || options.scenario == Scenario.RESUME) {
            report.put("latency", fleet.merged(Lane::latencies));
            if (!options.closedLoop() && options.scenario != Scenario.RESUME) {
                report.put("send_lag", fleet.merged(Lane::lags));
            }
        }
        report.put("complete", complete);
        return complete;
    }

    private void connect() throws Exception {
        OwnServer.Memory before = memory.call();
        long residentBefore = server.residentBytes();
        double cpu = server.cpuSeconds();
        double pace = options.rate > 0 ? options.rate : 1000;
        bringUp(true, pace);
        watch.pause(SETTLE_SECONDS, "settling");
        long up = fleet.sum(Count.LIVE);
        if (server.known()) {
            cpuPer("connection", server.cpuSeconds() - cpu, up, "connect, upgrade and join");
        }
        if (options.hold > 0) {
            double idle = server.cpuSeconds();
            watch.pause(options.hold, "holding");
            if (server.known()) {
                report.put(
                        "server_cpu_held_pct",
                        (server.cpuSeconds() - idle) / options.hold * 100,
                        2,
                        "of one core, while idle");
            }
            report.put("heartbeats", fleet.sum(Count.HEARTBEATS));
        }
        if (server.known()) {
            long resident = server.residentBytes();
            report.put("server_rss_before_bytes", residentBefore);
            report.put("server_rss_bytes", resident);
            report.put("rss_per_connection_bytes", per(resident - residentBefore, up), "garbage of a JVM included");
        }
        OwnServer.Memory after = memory.call();
        if (after.heap() > 0) {
            report.put("heap_per_connection_bytes", per(after.heap() - before.heap(), up), "live objects only");
            report.put("buffers_per_connection_bytes", per(after.buffers() - before.buffers(), up), "outside the heap");
        }
    }

    private void joinStorm() throws InterruptedException {
        bringUp(false, options.connectRate);
        report.put("open_before", fleet.sum(Count.LIVE));
        watch.pause(STORM_REST_SECONDS, "settling");
        double cpu = server.cpuSeconds();
        long begun = Fleet.now();
        fleet.join();
        complete &= watch.until(
                () -> fleet.sum(Count.JOINED) + fleet.sum(Count.GIVEN_UP) >= options.clients,
                options.timeout,
                "joining",
                () -> fleet.sum(Count.JOINED));
        storm("join", fleet.sum(Count.JOINED), begun, cpu);
    }

    private void reconnect() throws InterruptedException {
        bringUp(true, options.connectRate);
        watch.pause(Math.max(1, options.hold), "holding");
        long joined = fleet.sum(Count.JOINED);
        long gaveUp = fleet.sum(Count.GIVEN_UP);
        report.put("dropped", fleet.sum(Count.LIVE));
        double cpu = server.cpuSeconds();
        long begun = Fleet.now();
        fleet.drop(options.rate);
        double pacing = options.rate > 0 ? options.clients / options.rate : 0;
        complete &= watch.until(
                () -> fleet.sum(Count.JOINED) - joined + fleet.sum(Count.GIVEN_UP) - gaveUp >= options.clients,
                options.timeout + pacing,
                "rejoining",
                () -> fleet.sum(Count.JOINED) - joined);
        storm("rejoin", fleet.sum(Count.JOINED) - joined, begun, cpu);
        report.put("retries", fleet.sum(Count.RETRIES));
    }

    private void resume() throws InterruptedException {
        bringUp(true, options.connectRate);
        watch.pause(Math.max(1, options.hold), "holding");
        fleet.park();
        try (Missed missed = new Missed(target.overWebSocket())) {
            for (int topic = 0; topic < options.topics; topic++) {
                missed.publish(options.topic(topic), options.missed, options.payload);
            }
        }
        watch.pause(SETTLE_SECONDS, "settling");
        double cpu = server.cpuSeconds();
        long begun = Fleet.now();
        long due = (long) options.clients * options.missed;
        fleet.start(lane -> new ResumeTraffic(lane, begun));
        fleet.drop(options.rate);
        complete &= watch.until(
                () -> fleet.sum(Count.DELIVERIES) >= due,
                options.timeout,
                "resuming",
                () -> fleet.sum(Count.DELIVERIES));
        long delivered = fleet.sum(Count.DELIVERIES);
        report.put("missed", options.missed, "by each client");
        report.put("recovered", fleet.sum(Count.RECOVERED), "clients that were told that nothing is missed");
        storm("delivery", delivered, begun, cpu);
        report.put("missing", due - delivered, "deliveries that did not come");
        report.putIfAny("out_of_order", fleet.sum(Count.OUT_OF_ORDER), "or repeated, or gaps");
        report.put("retries", fleet.sum(Count.RETRIES));
        complete &= fleet.sum(Count.RECOVERED) == options.clients && fleet.sum(Count.OUT_OF_ORDER) == 0;
    }

    private void storm(String operation, long done, long begun, double cpuBefore) throws InterruptedException {
        double seconds = Math.max(0, fleet.lastSuccess() - begun) / 1e9;
        watch.pause(SETTLE_SECONDS, "settling"); // the server may have work left to do
        String operations = operation.replaceFirst("y$", "ie") + "s";
        report.put(operations, done);
        report.put("storm_s", seconds, 3, "from the first to the last");
        report.put(operations + "_per_s", seconds > 0 ? done / seconds : 0, 0, "closed: no pace of its own");
        if (server.known()) {
            cpuPer(operation, server.cpuSeconds() - cpuBefore, done, "to a tick of 10 ms");
            report.put("server_rss_bytes", server.residentBytes());
        }
    }

    private void cpuPer(String operation, double cpuSeconds, long operations, String note) {
        report.put("server_cpu_per_" + operation + "_us", Measured.micros(cpuSeconds, operations), 2, note);
    }

    /** Opens all connections, and tells how fast that went. */
    private void bringUp(boolean join, double pace) throws InterruptedException {
        LoadRun.bringUp(options, fleet, watch, report, join, pace);
    }

    private void failures() {
        long missing = options.clients - fleet.sum(Count.LIVE);
        complete &= missing == 0 && fleet.sum(Count.UNREADABLE) == 0 && fleet.sum(Count.CHANNEL_ERRORS) == 0;
        report.put("connections_up", fleet.sum(Count.LIVE));
        report.put("connections_failed", missing, "not up at the end");
        report.putIfAny("failed_connects", fleet.sum(Count.FAILED_CONNECTS), "attempts");
        report.putIfAny("failed_upgrades", fleet.sum(Count.FAILED_UPGRADES), "attempts");
        report.putIfAny("failed_joins", fleet.sum(Count.FAILED_JOINS), "attempts");
        report.putIfAny("lost", fleet.sum(Count.LOST), "connections that were up");
        report.putIfAny("channel_errors", fleet.sum(Count.CHANNEL_ERRORS), "channels ended by the server");
        report.putIfAny("unreadable", fleet.sum(Count.UNREADABLE), "messages");
        report.putIfAny("other_messages", fleet.sum(Count.OTHER), "of events that nobody asked for");
        fleet.firstError().ifPresent(error -> report.put("first_error", error));
    }

    private static long per(long bytes, long connections) {
        return connections == 0 ? 0 : bytes / connections;
    }

    @Override
    public void close() {
        fleet.close();
    }
}
