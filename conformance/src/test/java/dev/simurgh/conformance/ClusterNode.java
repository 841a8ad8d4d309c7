package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The example as a process of its own, and as a node of a cluster. Built with {@link #named}, and talked to through its console. */
final class ClusterNode implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(60);

    /** How long the console waits for a condition before it is asked anew. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private final String name;
    private final Path directory;
    private final int clusterPort = ServerProcess.freePort();
    private final List<String> options = new ArrayList<>();
    private List<String> prefix = List.of();
    private int webPort;
    private boolean console = true;
    private boolean alone;
    private boolean terminal;
    private @Nullable String secret;
    private @Nullable Process process;
    private @Nullable ClusterConsole talk;

    private ClusterNode(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    /** A node without a web server that knows nobody, not started yet. Its files go to the directory. */
    static ClusterNode named(String name, Path directory) {
        return new ClusterNode(name, directory);
    }

    /** Gives it a web server, from its next start on. */
    ClusterNode web() {
        webPort = ServerProcess.freePort();
        return this;
    }

    /** Starts it without any of the options that make it take part in a cluster, and without a console. */
    ClusterNode alone() {
        alone = true;
        return withoutConsole();
    }

    /** Has it connect to others when it starts. */
    ClusterNode contacts(ClusterNode... others) {
        for (ClusterNode other : others) {
            options.addAll(List.of("--connect", other.address()));
        }
        return this;
    }

    /** Starts it by another program, which takes its command. */
    ClusterNode by(String... command) {
        prefix = List.of(command);
        return this;
    }

    /** Lets only those in that know the secret. */
    ClusterNode secret(String shared) {
        secret = shared;
        return this;
    }

    /** Starts it without a console, as a service would be. */
    ClusterNode withoutConsole() {
        console = false;
        return this;
    }

    /** Starts it in a terminal, as a person would. */
    ClusterNode inTerminal() {
        terminal = true;
        return this;
    }

    /** Starts it, also anew; returns when it is in its cluster, and listens. */
    ClusterNode start() throws IOException {
        launch();
        return started();
    }

    /** Starts it, and does not wait. */
    ClusterNode launch() throws IOException {
        List<String> command = command();
        if (terminal) {
            String line = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ", "exec ", ""));
            command = List.of(ClientTools.required("script"), "-qfec", line, "/dev/null");
        }
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().remove("PORT");
        builder.environment().remove("CLUSTER_SECRET");
        if (secret != null) {
            builder.environment().put("CLUSTER_SECRET", secret);
        }
        process = builder.start();
        talk = new ClusterConsole(process);
        return this;
    }

    ClusterNode started() {
        if (!alone) {
            console().await("node " + name, START);
        }
        if (webPort != 0) {
            console().await("listening on http://127.0.0.1:" + webPort, START);
        }
        if (console) {
            console().await(name + "> ", START);
        }
        return this;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(java());
        command.add("-Duser.home=" + directory); // the console's history
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "hello.Main"));
        if (!alone) {
            command.addAll(List.of("--name", name, "--cluster-port", String.valueOf(clusterPort)));
        }
        command.addAll(webPort == 0 ? List.of("--no-server") : List.of("--port", String.valueOf(webPort)));
        command.addAll(List.of("--data", "cluster.db")); // the nodes of one machine share it
        command.addAll(options);
        if (console) {
            command.add("--console");
        }
        return command;
    }

    /** A Java that takes little. */
    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Dlogback.configurationFile=" + logging());
    }

    private static Path logging() {
        try {
            return Path.of(ClusterNode.class.getResource("/cluster-node.xml").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String name() {
        return name;
    }

    /** The name with the port, as one types it to connect. */
    String address() {
        return name + ":" + clusterPort;
    }

    int webPort() {
        return webPort;
    }

    int clusterPort() {
        return clusterPort;
    }

    /** Types a line; returns what the console prints for it. */
    String ask(String line) {
        return console().ask(line);
    }

    /**
     * Types a line as soon as a condition holds there, or a second later. The node waits for it, since the console compiles each line that is
     * typed, for which it needs more time than for a hundred looks.
     */
    String askWhen(String condition, String line) {
        String waiting =
                "for (long end = System.nanoTime() + %dL; !(%s) && System.nanoTime() < end; ) Thread.sleep(10);"
                        .formatted(TURN.toNanos(), condition);
        return console().ask(waiting, line);
    }

    /** Types a line, and checks that the answer has this text. */
    void answers(String line, String text) {
        assertThat(ask(line)).as(line).contains(text);
    }

    /** Waits until it lists exactly these others. */
    void awaitList(Duration limit, ClusterNode... others) {
        String expected =
                Stream.of(others).map(ClusterNode::name).sorted().toList().toString();
        String there = "node.list().toString().equals(\"%s\")".formatted(expected);
        NetworkRig.awaiting()
                .atMost(limit)
                .untilAsserted(() -> assertThat(askWhen(there, "node.list()"))
                        .as("node.list()")
                        .contains(expected));
    }

    /** Broadcasts pings from now on, numbered from 1, each with the name of this node. */
    void tick(Duration interval) {
        ask("""
            var ticker = new Thread(() -> { for (int n = 1; !Thread.interrupted(); n++) { \
            endpoint.broadcast("ping", "request_ping", Map.of("by", node.self(), "n", n)); \
            java.util.concurrent.locks.LockSupport.parkNanos(%dL); } })""".formatted(interval.toNanos()));
        ask("ticker.setDaemon(true)");
        ask("ticker.start()");
    }

    /** Broadcasts no more pings. */
    void stopTicking() {
        ask("ticker.interrupt()");
        ask("ticker.join()");
    }

    /** All that it has printed and logged since its start. */
    String said() {
        return name + ":" + (talk == null ? " not started" : talk.said());
    }

    private ClusterConsole console() {
        if (talk == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return talk;
    }

    /** The Java itself: programs that start it may stay as its parents. */
    ProcessHandle handle() {
        ProcessHandle outer = process().toHandle();
        return outer.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElse(outer);
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    /** Sends a signal that Java has no name for, such as STOP. */
    void signal(String signal) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + handle().pid())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).as("kill -" + signal).isZero();
    }

    /** As {@code kill -9}; returns when it is gone. */
    void kill() {
        handle().destroyForcibly();
        awaitEnd();
    }

    /** Tells it to end, as a process manager does; returns when it has drained, and ended. */
    void stop() {
        handle().destroy();
        awaitEnd();
        assertThat(process().exitValue()).as("exit of " + name).isZero();
    }

    private void awaitEnd() {
        process().onExit().orTimeout(END.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        if (process != null) {
            handle().destroyForcibly();
            process().destroyForcibly();
            awaitEnd();
        }
    }
}
