package dev.simurgh.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * The process that a storm comes from, so that its garbage collections and its own queues are not taken for the server's. It does what
 * lines of its standard input say, answers each with one, and ends with it.
 */
final class StormLoad implements AutoCloseable {
    private static final String UP = "up";
    private static final String DROP = "drop";

    private final Process process;
    private final BufferedReader answers;

    /**
     * What came of bringing all connections up.
     *
     * @param up how many are joined
     * @param seconds until the last was
     * @param retries further attempts to connect, so far
     * @param refusedJoins joins that were refused and tried again, so far
     * @param firstError what first failed, or an empty text
     */
    record Outcome(long up, double seconds, long retries, long refusedJoins, String firstError) {
        private static Outcome read(String line) {
            String[] parts = line.split(" ", 5);
            return new Outcome(
                    Long.parseLong(parts[0]),
                    Double.parseDouble(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    parts[4]);
        }

        private String line() {
            return up + " " + seconds + " " + retries + " " + refusedJoins + " " + firstError.replaceAll("\\s+", " ");
        }
    }

    private StormLoad(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one, with this Java and class path. */
    static StormLoad start(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(behindOthers());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StormLoad.class.getName()));
        command.addAll(options);
        return new StormLoad(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Where server and load share processors, the load gets what is left, as if it had its own. Without the program, as any other process. */
    private static List<String> behindOthers() {
        Path nice = Path.of("/usr/bin/nice");
        return Files.isExecutable(nice) ? List.of(nice.toString(), "-n", "19") : List.of();
    }

    /** Brings all connections up, at a pace. */
    Outcome bringUp() throws IOException {
        return ask(UP);
    }

    /** Resets all connections at once, and waits until they are back. */
    Outcome drop() throws IOException {
        return ask(DROP);
    }

    private Outcome ask(String question) throws IOException {
        process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the process of the storm has ended (expected: one that runs)");
        }
        return Outcome.read(line);
    }

    @Override
    public void close() {
        OwnServer.end(process);
    }

    // The other process.

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = System.out;
        System.setOut(System.err);
        BenchOptions options = new BenchOptions();
        new CommandLine(options).registerConverter(Scenario.class, Scenario::of).parseArgs(args);
        options.settle();
        Fleet fleet = new Fleet(options, options.target(options.url));
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            out.println((line.equals(UP) ? up(fleet, options) : dropped(fleet, options)).line());
        }
        System.exit(0);
    }

    private static Outcome up(Fleet fleet, BenchOptions options) throws InterruptedException {
        long begun = Fleet.now();
        fleet.open(true, options.connectRate);
        return settled(fleet, options, begun, 0, options.clients / options.connectRate);
    }

    private static Outcome dropped(Fleet fleet, BenchOptions options) throws InterruptedException {
        long begun = Fleet.now();
        long before = fleet.sum(Count.JOINED);
        fleet.drop(0);
        return settled(fleet, options, begun, before, 0);
    }

    private static Outcome settled(Fleet fleet, BenchOptions options, long begun, long joinedBefore, double paced)
            throws InterruptedException {
        long end = begun + Timeline.nanos(options.timeout + paced);
        while (fleet.sum(Count.JOINED) - joinedBefore + fleet.sum(Count.GIVEN_UP) < options.clients
                && Fleet.now() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return new Outcome(
                fleet.sum(Count.LIVE),
                Math.max(0, fleet.lastSuccess() - begun) / 1e9,
                fleet.sum(Count.RETRIES),
                fleet.sum(Count.REFUSED_JOINS),
                fleet.firstError().orElse(""));
    }
}
