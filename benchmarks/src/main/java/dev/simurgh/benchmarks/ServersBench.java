package dev.simurgh.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the same channels cost on several servers, which take turns. */
@Command(
        name = "simurgh bench " + ServersBench.NAME,
        sortOptions = false,
        description =
                "Starts the same channels on several servers, loads them in turns, and compares what that costs them.",
        footer = "Exit status: 0 all well, 1 usage or set-up error, 2 connections failed or messages are missing.")
final class ServersBench implements Callable<Integer> {
    static final String NAME = "servers";

    private static final int FEW = 10;
    private static final double LEAST_SECONDS = 0.1;

    /** With as many event loops as Simurgh's own server has, and the least buffers that Tomcat may have for a WebSocket. */
    private static final Map<String, String> TUNED = Map.of(
            "reactor-netty",
            "-Dreactor.netty.ioWorkerCount=" + Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            "tomcat",
            "-Dorg.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE=1024");

    @Option(
            names = "--on",
            split = ",",
            paramLabel = "NAME",
            description = "servers to compare, with the first of them"
                    + " (default: server,reactor-netty,jetty,tomcat, that is all there are)")
    private List<String> on = new ArrayList<>(List.of("server", "reactor-netty", "jetty", "tomcat"));

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "LOAD",
            description = "connect, fan-out, echo, echo-10, longpoll (default: all)")
    private List<String> only = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "each server once in each (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "measured time (default: ${DEFAULT-VALUE})")
    private double seconds = 3;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            description = "each load on each server before its first round; a tenth of it before each other"
                    + " (default: ${DEFAULT-VALUE})")
    private double warmup = 8;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "of the broadcast; twice as many connect, a tenth echo (default: ${DEFAULT-VALUE})")
    private int clients = 1000;

    @Option(
            names = "--tuned",
            description = "as many event loops for Reactor Netty as for the own server, and buffers of 1 KB for Tomcat,"
                    + " instead of their defaults")
    private boolean tuned;

    @Option(names = "--server-opts", defaultValue = "", description = "Java options of all servers, such as -Xmx1g")
    private String serverOptions = "";

    @Option(names = "--json", description = "one JSON object with all rounds on standard output, instead of a table")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    private final PrintStream out;
    private final PrintStream progress;
    private final List<OwnServer> servers = new ArrayList<>();
    /** What they hold when they have served a few clients, and serve none. */
    private final List<OwnServer.Memory> empty = new ArrayList<>();

    private boolean complete = true;

    ServersBench(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    @Override
    public Integer call() throws Exception {
        on.forEach(BenchOptions::carrier);
        List<ServerLoad> loads = only.isEmpty()
                ? List.of(ServerLoad.values())
                : only.stream().map(ServerLoad::of).distinct().toList();
        BenchOptions.within("--rounds", rounds, 1, 100);
        BenchOptions.within("--clients", clients, 10, 100_000);
        loads.forEach(load -> load.options(clients, warmup, seconds)); // refuses what is out of bounds
        try {
            for (String name : on) {
                progress.println("starting " + name);
                String its = tuned ? TUNED.getOrDefault(name, "") : "";
                servers.add(OwnServer.start(name, (serverOptions + " " + its).strip(), ""));
            }
            List<Pairs> measured = new ArrayList<>();
            for (ServerLoad load : loads) {
                measured.addAll(measure(load));
            }
            tell(measured);
        } finally {
            servers.forEach(OwnServer::close);
        }
        return complete ? Bench.OK : Bench.INCOMPLETE;
    }

    private List<Pairs> measure(ServerLoad load) throws Exception {
        List<Pairs> measured = load.figures().stream()
                .map(figure -> new Pairs(label(figure) + ", " + figure.unit()))
                .toList();
        for (int server = 0; server < servers.size(); server++) {
            if (load == ServerLoad.CONNECT) {
                run(load, server, FEW, 0, 0);
                empty.add(servers.get(server).memory());
            }
            if (warmup > 0) {
                run(load, server, clients, 0, warmup);
            }
        }
        for (int round = 1; round <= rounds; round++) {
            Report[] reports = new Report[servers.size()];
            for (int turn = 0; turn < servers.size(); turn++) {
                int server = round % 2 == 1 ? turn : servers.size() - 1 - turn; // what drifts, drifts for all
                reports[server] = run(load, server, clients, warmup / 10, seconds);
                progress.println(
                        load + ", round " + round + ", " + on.get(server) + ": " + told(load, reports[server]));
            }
            for (int i = 0; i < measured.size(); i++) {
                ServerLoad.Figure figure = load.figures().get(i);
                measured.get(i)
                        .add(Stream.of(reports)
                                .map(report -> value(figure, report))
                                .toList());
            }
        }
        return measured;
    }

    private Report run(ServerLoad load, int index, int size, double before, double time) throws Exception {
        OwnServer server = servers.get(index);
        BenchOptions options = load.options(size, before, Math.max(LEAST_SECONDS, time));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (Run run = new Run(
                options, options.target(server.url()), new Measured(List.of(server.pid())), memory(index), nowhere)) {
            if (!run.run()) {
                complete = false;
                progress.println(load + " on " + on.get(index) + " was not complete:\n"
                        + run.report().text());
            }
            return run.report();
        }
    }

    /**
     * Tells, when asked first in a run, what the server held before there were clients, and then what it holds. What the clients of earlier
     * runs have left behind, such as Tomcat's buffers, would else be taken for free.
     */
    private Callable<OwnServer.Memory> memory(int index) {
        OwnServer server = servers.get(index);
        Iterator<OwnServer.Memory> before =
                (index < empty.size() ? List.of(empty.get(index)) : List.<OwnServer.Memory>of()).iterator();
        return () -> before.hasNext() ? before.next() : server.memory();
    }

    private static double value(ServerLoad.Figure figure, Report report) {
        return report.number(figure.key()) / figure.divisor();
    }

    private static String told(ServerLoad load, Report report) {
        StringBuilder told = new StringBuilder();
        for (ServerLoad.Figure figure : load.figures()) {
            told.append(told.isEmpty() ? "" : ", ")
                    .append(String.format(Locale.ROOT, "%.2f %s", value(figure, report), figure.unit()));
        }
        return told.toString();
    }

    private String label(ServerLoad.Figure figure) {
        return figure.label().replace("%d", String.format(Locale.ROOT, "%,d", clients));
    }

    private void tell(List<Pairs> measured) {
        if (json) {
            Report report = new Report();
            report.put("servers", on);
            report.put("rounds", rounds);
            report.put("tuned", tuned);
            measured.forEach(pairs -> report.put(pairs.label(), pairs.all()));
            report.put("complete", complete);
            out.println(report.json());
        } else {
            out.println("| | " + String.join(" | ", on) + " |");
            out.println("|---|" + "---|".repeat(on.size()));
            measured.forEach(pairs -> out.println(pairs.line()));
            out.println();
            out.printf(
                    "Java %s, %d processors, %d rounds of %s s%s. Median (least-greatest), and the same of the ratio"
                            + " to %s.%n",
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    rounds,
                    seconds,
                    tuned ? ", tuned" : "",
                    on.get(0));
        }
        out.flush();
    }
}
