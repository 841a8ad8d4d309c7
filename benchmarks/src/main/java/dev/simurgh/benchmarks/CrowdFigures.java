package dev.simurgh.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;

/** What it costs that somebody joins a room, over sockets: one by one, and thousands within seconds. */
final class CrowdFigures {
    private static final double SETTLE_SECONDS = 0.5;
    private static final double PATIENCE_SECONDS = 60;
    private static final int DELIVERIES_PER_SECOND = 20_000;
    private static final int ENOUGH = 1000;
    private static final int META_BYTES = 24;

    private final PresenceOptions options;
    private final PrintStream progress;
    private boolean warm;

    CrowdFigures(PresenceOptions options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    // One by one.

    /** Joins into rooms of several sizes, so slowly that each is told of by itself. */
    boolean joins(Report report) throws Exception {
        boolean complete = true;
        try (PresenceNode node = PresenceNode.start(options.serverOptions)) {
            for (int members : options.rooms) {
                if (!warm) {
                    joins(node, members, new Report());
                    warm = true;
                }
                complete &= joins(node, members, report);
            }
        }
        warm = false;
        return complete;
    }

    @SuppressWarnings("try") // closed before the end, since times may be read only then
    private boolean joins(PresenceNode node, int members, Report report) throws Exception {
        int rooms = Math.max(1, ENOUGH / members);
        double rate = Math.min(ENOUGH, Math.max(2, DELIVERIES_PER_SECOND / (double) members));
        BenchOptions looking = clients(members * rooms, rooms, "");
        BenchOptions joining = clients((int) Math.max(2, rate * options.seconds), rooms, "new");
        Target target = looking.target(node.url());
        Watch watch = new Watch(progress, node.measured());
        AtomicLong seen = new AtomicLong();
        try (Fleet crowd = new Fleet(looking, target);
                Fleet newcomers = new Fleet(joining, target)) {
            for (int room = 0; room < rooms; room++) {
                node.fill(looking.topic(room), members, META_BYTES);
            }
            crowd.start(lane -> new CrowdTraffic(lane, new AtomicLong()));
            crowd.open(true, looking.connectRate);
            watch.until(crowd::settled, PATIENCE_SECONDS, "filling", () -> crowd.sum(Count.LIVE));
            newcomers.start(lane -> new CrowdTraffic(lane, seen));
            watch.pause(SETTLE_SECONDS, "settling");
            double cpu = node.measured().cpuSeconds();
            newcomers.open(true, rate);
            watch.until(
                    () -> newcomers.sum(Count.STATES) >= joining.clients,
                    PATIENCE_SECONDS,
                    "joining",
                    () -> newcomers.sum(Count.LIVE));
            watch.pause(SETTLE_SECONDS, "settling");
            cpu = node.measured().cpuSeconds() - cpu;
            long joined = newcomers.sum(Count.STATES);
            long diffs = crowd.sum(Count.DIFFS);
            String at = "_at_" + members;
            report.put("joins" + at, joined, joined == joining.clients ? "" : "of " + joining.clients);
            report.put("cpu_per_join" + at + "_us", Measured.micros(cpu, joined), 0, "of the server, connect included");
            report.put(
                    "cpu_per_delivery" + at + "_us",
                    Measured.micros(cpu, diffs),
                    2,
                    "the same for each member that is told");
            report.put("state_bytes" + at, per(newcomers.sum(Count.STATE_BYTES), joined), "to who joins, once");
            report.put("diff_bytes" + at, per(crowd.sum(Count.DIFF_BYTES), diffs), "to each who is there");
            report.put("diffs_per_join" + at, diffs / (double) Math.max(1, joined), 1, "to all together");
            newcomers.close();
            report.put("join_latency" + at, newcomers.merged(Lane::joinTimes));
            return joined == joining.clients && diffs > 0;
        } finally {
            node.empty();
        }
    }

    // All at once.

    /** Thousands who join one room within seconds, each of whom is shown the others; and then all go. */
    boolean crowd(Report report) throws Exception {
        try (PresenceNode node = PresenceNode.start(options.serverOptions)) {
            crowd(node, Math.max(1, options.members / 5), new Report());
            return crowd(node, options.members, report);
        }
    }

    @SuppressWarnings("try") // as above: the connections end, and then everybody has to go
    private boolean crowd(PresenceNode node, int members, Report report) throws IOException, InterruptedException {
        BenchOptions joining = clients(members, 1, "user");
        Watch watch = new Watch(progress, node.measured());
        AtomicLong seen = new AtomicLong();
        try (Fleet crowd = new Fleet(joining, joining.target(node.url()))) {
            crowd.start(lane -> new CrowdTraffic(lane, seen));
            double cpu = node.measured().cpuSeconds();
            double own = Measured.self().cpuSeconds();
            long began = Fleet.now();
            crowd.open(true, members / options.within);
            watch.until(crowd::settled, PATIENCE_SECONDS, "joining", () -> crowd.sum(Count.LIVE));
            double joined = (crowd.lastSuccess() - began) / 1e9;
            watch.until(
                    () -> seen.get() == members && crowd.sum(Count.STATES) == members,
                    PATIENCE_SECONDS,
                    "showing",
                    () -> crowd.sum(Count.DIFFS));
            double shown = (Fleet.now() - began) / 1e9;
            watch.pause(SETTLE_SECONDS, "settling");
            cpu = node.measured().cpuSeconds() - cpu;
            own = Measured.self().cpuSeconds() - own;
            long states = crowd.sum(Count.STATES);
            long diffs = crowd.sum(Count.DIFFS);
            report.put("members", members);
            report.put(
                    "joined_s",
                    joined,
                    2,
                    "from the first to the last; the load has them come within " + options.within);
            report.put("shown_s", shown, 2, "until the first sees all");
            report.put("cpu_per_join_us", Measured.micros(cpu, members), 0, "of the server, connect included");
            report.put("client_cpu_s", own, 2, "of the load, on the same machine");
            report.put("states", states, "lists, one for each who joins");
            report.put("state_bytes", crowd.sum(Count.STATE_BYTES));
            report.put("diffs", diffs, "not coalesced there would be " + (long) members * (members - 1) / 2);
            report.put("diff_bytes", crowd.sum(Count.DIFF_BYTES));
            report.put("diffs_per_member", diffs / (double) members, 1, "while all joined");
            report.putIfAny("lost", crowd.sum(Count.LOST), "connections");
            report.put("seen", seen.get(), "members on the list of the first, by what it was told");
            began = Fleet.now();
            crowd.close();
            double gone = node.awaitCount(joining.topic(0), 0, PATIENCE_SECONDS) + (Fleet.now() - began) / 1e9;
            report.put("gone_s", gone, 2, "from the end of all connections until the list is empty");
            report.put("join_latency", crowd.merged(Lane::joinTimes));
            return states == members && seen.get() == members && crowd.sum(Count.LOST) == 0;
        }
    }

    private BenchOptions clients(int clients, int topics, String names) {
        BenchOptions its = new BenchOptions();
        its.clients = clients;
        its.topics = topics;
        its.topicPrefix = PresenceSubject.TOPICS;
        its.names = names;
        its.settle();
        return its;
    }

    private static long per(long total, long count) {
        return total / Math.max(1, count);
    }
}
