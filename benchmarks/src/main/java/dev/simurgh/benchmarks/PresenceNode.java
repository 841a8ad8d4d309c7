package dev.simurgh.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link PresenceSubject} in a process of its own, so that its CPU time can be told from that of the load. It ends with its standard input. */
final class PresenceNode implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final int port;

    private PresenceNode(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.port = port();
    }

    /** What the JVM itself says at its start, such as that it records, is no answer. */
    private int port() throws IOException {
        String line = answer();
        while (!line.matches("\\d+")) {
            line = answer();
        }
        return Integer.parseInt(line);
    }

    /** Starts one that is alone. */
    static PresenceNode start(String javaOptions) throws IOException {
        return start(javaOptions, List.of());
    }

    /**
     * Starts one that is a node of a cluster.
     *
     * @param contact the name of one that runs, or an empty text
     */
    static PresenceNode start(String javaOptions, String name, int port, String contact) throws IOException {
        return start(javaOptions, List.of(name, String.valueOf(port), contact));
    }

    private static PresenceNode start(String javaOptions, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        if (!javaOptions.isBlank()) {
            command.addAll(List.of(javaOptions.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PresenceSubject.class.getName()));
        command.addAll(args);
        return new PresenceNode(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String url() {
        return "ws://127.0.0.1:" + port + "/socket/websocket";
    }

    Measured measured() {
        return new Measured(List.of(process.pid()));
    }

    /** Has somebody be present, as often as said, each with a meta of so many bytes. */
    void fill(String topic, int members, int bytes) throws IOException {
        ask("fill", topic, members, bytes);
    }

    /** Ends all that {@link #fill} began. */
    void empty() throws IOException {
        ask("empty");
    }

    int count(String topic) throws IOException {
        return Integer.parseInt(ask("count", topic));
    }

    /** Waits until so many are present; returns the seconds that it took, or what is given at most. */
    double awaitCount(String topic, int members, double seconds) throws IOException, InterruptedException {
        long began = System.nanoTime();
        long most = Timeline.nanos(seconds);
        while (count(topic) != members && System.nanoTime() - began < most) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** Bytes of live objects. */
    long heap() throws IOException {
        return Long.parseLong(ask("heap"));
    }

    /** The messages that it has sent to other nodes, and their bytes. */
    Sent sent() throws IOException {
        String[] parts = ask("sent").split(" ", -1);
        return new Sent(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    record Sent(long messages, long bytes) {}

    /** Listens to the changes of a topic, each of which says when it was made. */
    void watch(String topic) throws IOException {
        ask("watch", topic);
    }

    /** Waits until it has seen so many of those changes since {@link #latencies} was asked last, or for so long. */
    void awaitSeen(long changes, double seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + Timeline.nanos(seconds);
        while (Long.parseLong(ask("seen")) < changes && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** How long the changes took until they were here, since this was asked last; encoded. */
    String latencies() throws IOException {
        return ask("latencies");
    }

    /** Has those who are present change their metas in turn; returns how many changes there were. */
    long update(String topic, double rate, double seconds) throws IOException {
        return Long.parseLong(ask("update", topic, rate, seconds));
    }

    private String ask(Object... words) throws IOException {
        String line = String.join(" ", Arrays.stream(words).map(String::valueOf).toList());
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("a node has ended (expected: one that runs)");
        }
        return line;
    }

    @Override
    public void close() {
        OwnServer.end(process);
    }
}
