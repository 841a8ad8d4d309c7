package dev.simurgh.benchmarks;

import dev.simurgh.conformance.ConformanceServer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the command line says. All counts and times are bounded, so that a run ends. */
final class BenchOptions {
    private static final int UNSET = -1;
    private static final double PROBE_RATE = 100;
    private static final Pattern PLAIN = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}");

    private static final String WEBSOCKET = "websocket";
    private static final String LONGPOLL = "longpoll";

    @Parameters(paramLabel = "SCENARIO", description = "${COMPLETION-CANDIDATES}")
    Scenario scenario = Scenario.ECHO;

    @Option(
            names = "--url",
            defaultValue = "",
            description = "the socket, such as ws://127.0.0.1:4000/socket/websocket (default: a server of its own)")
    String url = "";

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "websocket, or longpoll, at /longpoll in the place of /websocket (default: ${DEFAULT-VALUE})")
    String transport = WEBSOCKET;

    @Option(names = "--allow-remote", description = "do not insist on a loopback address: the server must be yours")
    boolean allowRemote;

    @Option(
            names = "--server-pid",
            split = ",",
            paramLabel = "PID",
            description = "the server's process or processes, to measure (default: that of its own server)")
    List<Long> serverPids = new ArrayList<>();

    @Option(
            names = "--on",
            defaultValue = "",
            paramLabel = "NAME",
            description = "what carries its own server: server, tomcat, jetty or reactor-netty (default: server)")
    String on = "";

    @Option(names = "--server-opts", defaultValue = "", description = "Java options of its own server, such as -Xmx1g")
    String serverOptions = "";

    @Option(names = "--clients", paramLabel = "N", description = "connections (default: 100; storm: 10000)")
    int clients = UNSET;

    @Option(names = "--topics", paramLabel = "N", description = "client i joins topic i mod N (default: 1)")
    int topics = 1;

    @Option(
            names = "--publishers",
            paramLabel = "N",
            defaultValue = "0",
            description = "fan-out: clients that publish (default: one for each topic)")
    int publishers;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "0",
            description = "outstanding pushes of a client or publisher; the next goes out when one is done"
                    + " (default: 1; with --rate at most that many, default 64)")
    int window;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "an open loop: pushes a second in all, whether earlier ones are done or not;"
                    + " connect: connections a second (default 1000); reconnect: the same (default: at once);"
                    + " storm: pushes a second of the connections that stay (default 100)")
    double rate;

    @Option(
            names = "--connect-rate",
            paramLabel = "R",
            description = "connections a second before the measurement" + " (default: ${DEFAULT-VALUE})")
    double connectRate = 5000;

    @Option(names = "--seconds", paramLabel = "S", description = "measured time (default: ${DEFAULT-VALUE})")
    double seconds = 10;

    @Option(names = "--warmup", paramLabel = "S", description = "load before that (default: ${DEFAULT-VALUE})")
    double warmup = 2;

    @Option(names = "--hold", paramLabel = "S", description = "connect: idle time after it (default: ${DEFAULT-VALUE})")
    double hold;

    @Option(names = "--drain", paramLabel = "S", description = "wait for what is missing (default: ${DEFAULT-VALUE})")
    double drain = 5;

    @Option(names = "--timeout", paramLabel = "S", description = "wait for connections (default: ${DEFAULT-VALUE})")
    double timeout = 30;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "reconnect, storm: further attempts of a client (default: ${DEFAULT-VALUE})")
    int retries = 20;

    @Option(
            names = "--storms",
            paramLabel = "N",
            description = "storm: after three that warm up (default: ${DEFAULT-VALUE})")
    int storms = 5;

    @Option(
            names = "--probes",
            paramLabel = "N",
            description = "storm: connections that stay, and push (default: ${DEFAULT-VALUE})")
    int probes = 10;

    @Option(names = "--payload", paramLabel = "BYTES", description = "filling of a push (default: ${DEFAULT-VALUE})")
    int payload = 64;

    @Option(names = "--missed", paramLabel = "N", description = "resume: messages (default: ${DEFAULT-VALUE})")
    int missed = 100;

    @Option(
            names = "--data",
            defaultValue = "",
            paramLabel = "WHERE",
            description = "what its own server keeps topics in: a file, or jdbc:postgresql:... (default: its memory)")
    String data = "";

    @Option(names = "--threads", paramLabel = "N", description = "of the generator (default: ${DEFAULT-VALUE})")
    int threads = 1;

    @Option(
            names = "--topic-prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "(default: load:; resume: kept:)")
    String topicPrefix = "";

    @Option(names = "--echo-event", paramLabel = "TEXT", description = "is replied to (default: ${DEFAULT-VALUE})")
    String echoEvent = "echo";

    @Option(names = "--pub-event", paramLabel = "TEXT", description = "is broadcast (default: ${DEFAULT-VALUE})")
    String pubEvent = "pub";

    @Option(names = "--msg-event", paramLabel = "TEXT", description = "the broadcast (default: ${DEFAULT-VALUE})")
    String msgEvent = "msg";

    /** What the names begin with under which clients join; not an option of the command line. */
    String names = "";

    @Option(names = "--json", description = "one JSON object on standard output, instead of lines")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    /** Checks all values, and settles the defaults that depend on others. */
    void settle() {
        boolean storm = scenario == Scenario.STORM;
        clients = clients != UNSET ? clients : storm ? 10_000 : 100;
        topicPrefix = !topicPrefix.isEmpty() ? topicPrefix : scenario == Scenario.RESUME ? "kept:" : "load:";
        rate = storm && rate == 0 ? PROBE_RATE : rate;
        within("--clients", clients, 1, 1_000_000);
        within("--topics", topics, 1, 1_000_000);
        within("--publishers", publishers, 0, clients);
        within("--window", window, 0, 65_536);
        within("--rate", rate, 0, 10_000_000);
        within("--connect-rate", connectRate, 1, 1_000_000);
        within("--seconds", seconds, 0.1, 3600);
        within("--warmup", warmup, 0, 3600);
        within("--hold", hold, 0, 3600);
        within("--drain", drain, 0, 600);
        within("--timeout", timeout, 0.1, 3600);
        within("--retries", retries, 0, 1000);
        within("--storms", storms, 1, 1000);
        within("--probes", probes, 1, 1000);
        within("--payload", payload, Stamp.LENGTH, 1 << 20);
        within("--missed", missed, 1, 1_000_000);
        within("--threads", threads, 1, 64);
        if (!transport.equals(WEBSOCKET) && !transport.equals(LONGPOLL)) {
            throw new IllegalArgumentException(
                    "--transport: " + transport + " (expected: " + WEBSOCKET + " or " + LONGPOLL + ")");
        }
        if (!on.isEmpty() && !url.isEmpty()) {
            throw new IllegalArgumentException("--on: " + on + " (expected: without --url)");
        }
        on = carrier(on.isEmpty() ? ConformanceServer.carriers().get(0) : on);
        plain("--topic-prefix", topicPrefix);
        plain("--echo-event", echoEvent);
        plain("--pub-event", pubEvent);
        plain("--msg-event", msgEvent);
        serverPids.forEach(pid -> within("--server-pid", pid, 1, Integer.MAX_VALUE));
        threads = Math.min(threads, clients);
        topics = Math.min(topics, clients);
        publishers = publishers == 0 ? topics : publishers;
        window = window == 0 ? (rate > 0 ? 64 : 1) : window;
    }

    /** Where the load goes, and how. */
    Target target(String to) {
        Target target = Target.of(to, allowRemote);
        return transport.equals(LONGPOLL) ? target.overLongPoll() : target;
    }

    /** Tells whether the next push waits for an earlier one. */
    boolean closedLoop() {
        return rate <= 0;
    }

    String topic(int client) {
        return topicPrefix + client % topics;
    }

    /** These options for the connections of a storm that stay: few, each with a topic of its own. */
    BenchOptions ofProbes() {
        BenchOptions its = new BenchOptions();
        its.clients = probes;
        its.topics = probes;
        its.topicPrefix = topicPrefix + "probe-";
        its.echoEvent = echoEvent;
        its.payload = payload;
        its.rate = rate;
        its.timeout = timeout;
        its.allowRemote = allowRemote;
        its.transport = transport;
        its.settle();
        return its;
    }

    /** The command line of the process that a storm comes from. */
    List<String> ofStorm(String target) {
        List<String> line = new ArrayList<>(List.of(Scenario.STORM.toString(), "--url", target));
        line.addAll(List.of("--clients", String.valueOf(clients), "--topics", String.valueOf(topics)));
        line.addAll(List.of("--threads", String.valueOf(threads), "--topic-prefix", topicPrefix));
        line.addAll(List.of("--timeout", String.valueOf(timeout), "--retries", String.valueOf(retries)));
        line.addAll(List.of("--connect-rate", String.valueOf(connectRate), "--transport", transport));
        if (allowRemote) {
            line.add("--allow-remote");
        }
        return line;
    }

    /** What {@code --on} may say. */
    static String carrier(String on) {
        if (!ConformanceServer.carriers().contains(on)) {
            throw new IllegalArgumentException(
                    "--on: " + on + " (expected: one of " + ConformanceServer.carriers() + ")");
        }
        return on;
    }

    static void within(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    option + ": " + text(value) + " (expected: " + text(least) + " to " + text(most) + ")");
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private static void plain(String option, String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    option + ": " + value + " (expected: 1 to 100 ASCII characters, no quotes, blanks or backslashes)");
        }
    }
}
