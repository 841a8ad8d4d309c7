package dev.simurgh.benchmarks;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The load generator's command line. */
@Command(
        name = "simurgh bench",
        sortOptions = false,
        description = "Loads a server of the Phoenix Channels protocol, and tells what that costs it.",
        footer = {
            "Exit status: 0 all well, 1 usage or set-up error, 2 connections failed or messages are missing.",
            "Several servers beside each other: bench " + ServersBench.NAME + "; --help tells more.",
            "Without a server: bench " + ClusterBench.NAME + ", broadcasts between nodes; bench "
                    + ClusterSimulation.NAME + ", what many nodes and topics cost; bench " + JournalBench.NAME
                    + ", what it costs to store; bench " + PresenceBench.NAME
                    + ", what it costs to know who is there; bench " + DashboardBench.NAME
                    + ", what it costs to look at a node; --help tells more."
        })
public final class Bench implements Callable<Integer> {
    static final int OK = 0;
    static final int UNUSABLE = 1;
    static final int INCOMPLETE = 2;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    private final PrintStream out;
    private final PrintStream progress;

    private Bench(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    /** Runs a scenario; the result is the process's exit status. */
    public static void main(String[] args) {
        PrintStream out = System.out;
        System.setOut(System.err); // what is logged must not get into the report
        System.exit(run(out, System.err, args));
    }

    /**
     * Runs a scenario.
     *
     * @param out gets the report
     * @param progress gets how far it is, and what is wrong
     * @return the exit status
     */
    static int run(PrintStream out, PrintStream progress, String... args) {
        String first = args.length > 0 ? args[0] : "";
        Object bench = switch (first) {
            case ClusterSimulation.NAME -> new ClusterSimulation(out);
            case ClusterBench.NAME -> new ClusterBench(out);
            case JournalBench.NAME -> new JournalBench(out);
            case PresenceBench.NAME -> new PresenceBench(out, progress);
            case DashboardBench.NAME -> new DashboardBench(out, progress);
            case ServersBench.NAME -> new ServersBench(out, progress);
            default -> new Bench(out, progress);
        };
        CommandLine line = new CommandLine(bench)
                .registerConverter(Scenario.class, Scenario::of)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(progress, true, StandardCharsets.UTF_8));
        line.setOverwrittenOptionsAllowed(true);
        line.setParameterExceptionHandler((e, wrong) -> refused(progress, e));
        line.setExecutionExceptionHandler((e, command, parsed) -> refused(progress, e));
        return line.execute(bench instanceof Bench ? args : Arrays.copyOfRange(args, 1, args.length));
    }

    private static int refused(PrintStream progress, Exception e) {
        progress.println("bench: " + (e.getMessage() == null ? e : e.getMessage()) + " (--help tells more)");
        return UNUSABLE;
    }

    @Override
    public Integer call() throws Exception {
        options.settle();
        if (!options.url.isEmpty()) {
            Measured server = new Measured(options.serverPids);
            server.check();
            return measure(options.url, server, () -> new OwnServer.Memory(0, 0));
        }
        if (!options.serverPids.isEmpty()) {
            throw new IllegalArgumentException("--server-pid: without --url (expected: the server's --url with it)");
        }
        progress.println("starting a server");
        try (OwnServer own = OwnServer.start(options.on, options.serverOptions, options.data)) {
            return measure(own.url(), new Measured(List.of(own.pid())), own::memory);
        }
    }

    private int measure(String url, Measured server, Callable<OwnServer.Memory> memory) throws Exception {
        Target target = options.target(url);
        if (options.scenario == Scenario.STORM) {
            try (StormRun run = new StormRun(options, target, url, server, progress)) {
                return told(run.run(), run.report());
            }
        }
        try (Run run = new Run(options, target, server, memory, progress)) {
            return told(run.run(), run.report());
        }
    }

    private int told(boolean complete, Report report) {
        out.print(options.json ? report.json() + "\n" : report.text());
        out.flush();
        return complete ? OK : INCOMPLETE;
    }
}
