package dev.simurgh.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the connections that stay see of a storm: all others are reset at once and come back at once, by the timetable of phoenix.js. Those
 * that stay push at a fixed rate, each push due at a time of its own, so that a stall is seen by all that were due while it lasted.
 *
 * <p>The first storms are not counted: the server compiles what only a storm runs, with as much of the processors as it takes for itself.
 */
final class StormRun implements AutoCloseable {
    private static final int WARM_UP = 3;
    private static final double REST_SECONDS = 3;
    private static final double WARM_UP_REST_SECONDS = 1;
    private static final long HOUR = 3600;

    private final BenchOptions options;
    private final BenchOptions probeOptions;
    private final String url;
    private final Measured server;
    private final PrintStream progress;
    private final Fleet probes;
    private final Report report = new Report();
    private final List<Storm> storms = new ArrayList<>();
    private final List<Probe> measured = new ArrayList<>();

    /** A push of those that stay. */
    private record Probe(long due, long nanos) {}

    /** From the drop until all were back. */
    private record Storm(long begun, long over, double seconds, double cpu) {}

    StormRun(BenchOptions options, Target target, String url, Measured server, PrintStream progress) {
        this.options = options;
        this.probeOptions = options.ofProbes();
        this.url = url;
        this.server = server;
        this.progress = progress;
        this.probes = new Fleet(probeOptions, target);
    }

    Report report() {
        return report;
    }

    /** Runs it; returns whether all came back, and nobody who stayed was lost or left without an answer. */
    boolean run() throws IOException, InterruptedException {
        report.put("scenario", options.scenario.toString());
        report.put("clients", options.clients);
        Watch watch = new Watch(progress, server);
        boolean complete;
        try (StormLoad load = StormLoad.start(options.ofStorm(url))) {
            LoadRun.bringUp(probeOptions, probes, watch, new Report(), true, probeOptions.connectRate);
            StormLoad.Outcome outcome = load.bringUp();
            complete = outcome.up() == options.clients;
            report.put("connect_s", outcome.seconds(), 3, "at --connect-rate");
            Timeline untilClosed = new Timeline(Fleet.now(), Fleet.now(), Fleet.now() + Timeline.nanos(HOUR));
            probes.start(lane -> new EchoTraffic(
                    lane, probeOptions, untilClosed, (due, nanos) -> measured.add(new Probe(due, nanos))));
            for (int i = 0; i < WARM_UP; i++) {
                storm(load, watch);
                watch.pause(i < WARM_UP - 1 ? WARM_UP_REST_SECONDS : REST_SECONDS, "resting");
            }
            long calm = Fleet.now();
            watch.pause(options.seconds, "before");
            for (int i = 0; i < options.storms && complete; i++) {
                outcome = storm(load, watch);
                complete = outcome.up() == options.clients;
                watch.pause(i < options.storms - 1 ? REST_SECONDS : options.seconds, "after");
            }
            long end = Fleet.now();
            watch.until(
                    () -> probes.sum(Count.REPLIES) >= probes.sum(Count.REQUESTS) - probeOptions.probes,
                    options.drain,
                    "draining",
                    () -> probes.sum(Count.REPLIES));
            probes.close(); // so that what has been measured may be read
            report.put("retries", outcome.retries(), "further attempts to connect");
            report.putIfAny("refused_joins", outcome.refusedJoins(), "tried again on the same connection");
            if (!outcome.firstError().isEmpty()) {
                report.put("first_error", outcome.firstError());
            }
            times(calm, end);
        }
        return survived(complete);
    }

    private StormLoad.Outcome storm(StormLoad load, Watch watch) throws IOException, InterruptedException {
        double cpu = server.cpuSeconds();
        long begun = Fleet.now();
        StormLoad.Outcome outcome = load.drop();
        long over = Fleet.now();
        watch.pause(0.3, "settling"); // the server may have work left to do
        storms.add(new Storm(begun, over, outcome.seconds(), server.cpuSeconds() - cpu));
        return outcome;
    }

    private void times(long calm, long end) {
        report.put("first_back_s", storms.get(0).seconds(), 3, "the first of the " + WARM_UP + " that are not counted");
        List<Storm> counted = storms.subList(WARM_UP, storms.size());
        report.put("storms", counted.size());
        double[] back = counted.stream().mapToDouble(Storm::seconds).sorted().toArray();
        if (back.length > 0) {
            report.put("back_s", back[back.length / 2], 3, "until all were back, median");
            report.put("back_longest_s", back[back.length - 1], 3, "the longest");
        }
        if (server.known()) {
            double cpu = counted.stream().mapToDouble(Storm::cpu).sum();
            report.put(
                    "server_cpu_per_rejoin_us",
                    Measured.micros(cpu, (long) counted.size() * options.clients),
                    2,
                    "with the end of the old connection");
            report.put("server_rss_bytes", server.residentBytes());
        }
        report.put(
                "before", between(calm, counted.isEmpty() ? end : counted.get(0).begun()));
        Histogram during = Lane.histogram();
        Histogram after = Lane.histogram();
        for (int i = 0; i < counted.size(); i++) {
            Storm storm = counted.get(i);
            during.add(between(storm.begun(), storm.over()));
            after.add(between(
                    storm.over(), i + 1 < counted.size() ? counted.get(i + 1).begun() : end));
        }
        report.put("during", during);
        report.put("after", after);
    }

    /** How long those took that were due between two times. */
    private Histogram between(long from, long to) {
        Histogram times = Lane.histogram();
        measured.stream()
                .filter(probe -> probe.due() >= from && probe.due() < to)
                .forEach(probe -> Lane.record(times, probe.nanos()));
        return times;
    }

    private boolean survived(boolean allBack) {
        long missing = probes.sum(Count.REQUESTS) - probes.sum(Count.REPLIES);
        report.put("probes", probeOptions.clients, "connections that stayed");
        report.put("probe_pushes", probes.sum(Count.REQUESTS));
        report.put("lost", probes.sum(Count.LOST), "of those that should have stayed");
        report.put("missing", missing, "pushes without an answer; some were under way at the end");
        boolean complete = allBack && probes.sum(Count.LOST) == 0 && missing <= probeOptions.clients;
        report.put("complete", complete);
        return complete;
    }

    @Override
    public void close() {
        probes.close();
    }
}
