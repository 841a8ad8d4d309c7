package dev.simurgh.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What it costs a node that somebody looks at its dashboard: the same load without viewers and with them in turns, so that what else the machine does meanwhile
 * falls on both.
 */
@Command(
        name = "simurgh bench " + DashboardBench.NAME,
        sortOptions = false,
        description =
                "Tells what a dashboard costs its node, with many connections and topics; in this process, without sockets.",
        footer = "Exit status: 0 all well, 1 usage or set-up error, 2 broadcasts are missing or a viewer saw nothing.")
final class DashboardBench implements Callable<Integer> {
    static final String NAME = "dashboard";
    private static final double SETTLE_SECONDS = 2;

    @Option(names = "--connections", paramLabel = "N", description = "clients (default: ${DEFAULT-VALUE})")
    int connections = 100_000;

    @Option(names = "--topics", paramLabel = "N", description = "that they join, one each (default: ${DEFAULT-VALUE})")
    int topics = 100_000;

    @Option(names = "--viewers", paramLabel = "N", description = "of the dashboard (default: ${DEFAULT-VALUE})")
    int viewers = 10;

    @Option(names = "--rate", paramLabel = "R", description = "broadcasts a second (default: ${DEFAULT-VALUE})")
    double rate = 2000;

    @Option(names = "--seconds", paramLabel = "S", description = "of each turn (default: ${DEFAULT-VALUE})")
    double seconds = 10;

    @Option(names = "--turns", paramLabel = "N", description = "of each kind (default: ${DEFAULT-VALUE})")
    int turns = 3;

    @Option(names = "--json", description = "one JSON object on standard output, instead of lines")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    private final PrintStream out;
    private final PrintStream progress;

    /** What the turns of one kind have come to. */
    private static final class Kind {
        final ConcurrentHistogram latencies = new ConcurrentHistogram(3);
        final List<Double> cores = new ArrayList<>();
        double dashboardCores;

        double cores() {
            return cores.stream().mapToDouble(each -> each).average().orElse(0);
        }
    }

    DashboardBench(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    @Override
    public Integer call() throws Exception {
        BenchOptions.within("--connections", connections, 1, 1_000_000);
        BenchOptions.within("--topics", topics, 1, 1_000_000);
        BenchOptions.within("--viewers", viewers, 1, 20);
        BenchOptions.within("--rate", rate, 1, 1_000_000);
        BenchOptions.within("--seconds", seconds, 0.1, 3600);
        BenchOptions.within("--turns", turns, 1, 1000);
        try (DashboardSubject subject = new DashboardSubject(connections, topics)) {
            Report report = new Report();
            boolean complete = measure(subject, report);
            report.put("complete", complete);
            out.print(json ? report.json() + "\n" : report.text());
            out.flush();
            return complete ? Bench.OK : Bench.INCOMPLETE;
        }
    }

    private boolean measure(DashboardSubject subject, Report report) throws Exception {
        progress.println("connecting " + connections + " clients");
        subject.connect();
        Kind without = new Kind();
        Kind with = new Kind();
        subject.look(viewers);
        turn(subject, new Kind()); // until what looks is compiled, too
        subject.lookAway();
        long before = subject.views();
        for (int i = 0; i < turns; i++) {
            progress.println("turn " + (i + 1) + " of " + turns);
            turn(subject, without);
            subject.look(viewers);
            turn(subject, with);
            subject.lookAway();
        }
        report.put("connections", connections);
        report.put("topics", topics);
        report.put("viewers", viewers);
        report.put("broadcasts_per_s", rate, 0, "to a topic each, of one subscriber or more");
        report.put("cpu_without_cores", without.cores(), 4, "all of the process");
        report.put("cpu_with_cores", with.cores(), 4, "all of the process");
        report.put("cpu_added_percent", (with.cores() - without.cores()) * 100, 2, "of a core");
        report.put("cpu_own_thread_percent", with.dashboardCores / turns * 100, 2, "of a core, with viewers");
        report.put("cpu_own_thread_idle_percent", without.dashboardCores / turns * 100, 2, "of a core, without");
        report.put("publish_without", without.latencies);
        report.put("publish_with", with.latencies);
        report.put("views", subject.views() - before, "in all");
        report.put(
                "views_per_viewer_per_s",
                (subject.views() - before) / (viewers * turns * (seconds + SETTLE_SECONDS)),
                2,
                "");
        report.put("missed", subject.missed());
        return subject.missed() == 0 && subject.eachViewerSaw();
    }

    private void turn(DashboardSubject subject, Kind kind) throws InterruptedException {
        subject.publish(rate, SETTLE_SECONDS, new ConcurrentHistogram(3));
        Measured self = Measured.self();
        double cpu = self.cpuSeconds();
        double own = subject.dashboardCpuSeconds();
        long began = System.nanoTime();
        subject.publish(rate, seconds, kind.latencies);
        double took = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
        kind.cores.add((self.cpuSeconds() - cpu) / took);
        kind.dashboardCores += (subject.dashboardCpuSeconds() - own) / took;
    }
}
