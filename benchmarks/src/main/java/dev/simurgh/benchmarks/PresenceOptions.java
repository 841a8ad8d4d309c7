package dev.simurgh.benchmarks;

import java.util.List;
import picocli.CommandLine.Option;

/** What the command line of {@link PresenceBench} says. All counts and times are bounded, so that a run ends. */
final class PresenceOptions {
    @Option(
            names = "--only",
            split = ",",
            paramLabel = "FIGURES",
            description = "joins, crowd, reads, leave, nodes (default: all)")
    List<String> only = List.of();

    @Option(
            names = "--rooms",
            split = ",",
            paramLabel = "N",
            description = "joins: members of the rooms (default: 10,1000,10000)")
    List<Integer> rooms = List.of(10, 1000, 10_000);

    @Option(names = "--members", paramLabel = "N", description = "crowd: who joins (default: ${DEFAULT-VALUE})")
    int members = 5000;

    @Option(names = "--within", paramLabel = "S", description = "crowd: seconds of that (default: ${DEFAULT-VALUE})")
    double within = 5;

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "reads, nodes: who is present (default: ${DEFAULT-VALUE})")
    int entries = 50_000;

    @Option(names = "--leavers", paramLabel = "N", description = "leave: connections (default: ${DEFAULT-VALUE})")
    int leavers = 50_000;

    @Option(names = "--topics", paramLabel = "N", description = "leave: of each (default: ${DEFAULT-VALUE})")
    int topics = 10;

    @Option(names = "--spread", paramLabel = "N", description = "leave: topics in all (default: ${DEFAULT-VALUE})")
    int spread = 500;

    @Option(names = "--meta", paramLabel = "BYTES", description = "nodes: of a meta (default: ${DEFAULT-VALUE})")
    int meta = 64;

    @Option(names = "--rate", paramLabel = "R", description = "nodes: updates a second (default: ${DEFAULT-VALUE})")
    double rate = 1000;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "joins, reads, nodes: each measurement (default: ${DEFAULT-VALUE})")
    double seconds = 4;

    @Option(names = "--server-opts", defaultValue = "", description = "Java options of the servers, such as -Xmx1g")
    String serverOptions = "";

    @Option(names = "--json", description = "one JSON object on standard output, instead of lines")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    void check() {
        rooms.forEach(room -> BenchOptions.within("--rooms", room, 1, 1_000_000));
        BenchOptions.within("--members", members, 1, 1_000_000);
        BenchOptions.within("--within", within, 0.1, 3600);
        BenchOptions.within("--entries", entries, 1, 10_000_000);
        BenchOptions.within("--leavers", leavers, 1, 1_000_000);
        BenchOptions.within("--topics", topics, 1, 1000);
        BenchOptions.within("--spread", spread, topics, 1_000_000);
        BenchOptions.within("--meta", meta, 1, 1 << 20);
        BenchOptions.within("--rate", rate, 1, 1_000_000);
        BenchOptions.within("--seconds", seconds, 0.1, 3600);
    }
}
