package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conformance server as a process of its own, which can be killed and comes back on the same port. The next process waits with its
 * classes loaded, so that the server is away for a moment only, however busy the machine is.
 */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration REQUEST = Duration.ofSeconds(30);
    private static final Duration DUMP = Duration.ofSeconds(5);
    private static final int LAST_LINES = 5;
    private static final String WAITING = "waiting";
    private static final String LISTENING = "listening on ";
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = freePort();
    private final List<String> options;
    private final List<Process> processes = new ArrayList<>();
    private @Nullable Standby running;

    ServerProcess() {
        this(List.of());
    }

    /** With more options of the conformance server, or of a cluster. */
    ServerProcess(List<String> options) {
        this.options = options;
    }

    /** Runs in the child: gets ready, listens when told so, and ends when the test does. */
    public static void main(String[] args) throws IOException {
        ConformanceServer.start(0).stop().join();
        System.out.println(WAITING);
        if (System.in.read() != -1) {
            ConformanceServer.main(args);
        }
        while (System.in.read() != -1) {
            // Only its end is of interest.
        }
        Runtime.getRuntime().halt(0);
    }

    /** Starts the first process. */
    void start() throws IOException {
        start(standby());
    }

    /** A process that is ready to take the place of the running one. */
    Standby standby() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                "--port",
                String.valueOf(port)));
        command.addAll(options);
        command.addAll(List.of("--on", System.getProperty("conformance.on", "server")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        Standby standby = new Standby(process);
        standby.await(WAITING);
        return standby;
    }

    /** As {@code kill -9}: no goodbye to anybody. Returns when the process is gone. */
    void kill() {
        if (running != null) {
            kill(running.process);
        }
    }

    /** As a process manager does, by SIGTERM; returns when the process has said goodbye to everybody, and ended. */
    void stop() {
        if (running != null) {
            running.process.destroy();
            running.process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    /** Has the next process listen in the place of the one that was killed. */
    void start(Standby next) throws IOException {
        running = next;
        next.listen();
    }

    private static void kill(Process process) {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    int port() {
        return port;
    }

    /** What the running process has printed and logged, and nobody has waited for. */
    List<String> said() {
        return running == null ? List.of() : List.copyOf(running.lines);
    }

    /** Whether the process runs, and the last lines that it said. */
    @Override
    public String toString() {
        List<String> said = said();
        boolean alive = running != null && running.process.isAlive();
        return "server at port " + port + (alive ? "" : " has ended") + ", said last: "
                + said.subList(Math.max(0, said.size() - LAST_LINES), said.size());
    }

    /** What Simurgh's threads do in the process now, as it says on SIGQUIT; empty if it says nothing. */
    List<String> threads() throws IOException, InterruptedException {
        Standby asked = running;
        if (asked == null || !asked.process.isAlive()) {
            return List.of();
        }
        int before = asked.lines.size();
        new ProcessBuilder("sh", "-c", "kill -QUIT " + asked.process.pid())
                .start()
                .waitFor();
        long deadline = System.nanoTime() + DUMP.toNanos();
        List<String> said = said();
        while (said.stream().skip(before).noneMatch("Heap"::equals) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            said = said();
        }
        String dump = String.join("\n", said.subList(before, said.size()));
        return Stream.of(dump.split("\n\n"))
                .filter(part -> part.startsWith("\"simurgh-") || part.contains("deadlock"))
                .toList();
    }

    String url(String path) {
        return "ws://127.0.0.1:" + port + path;
    }

    /** Broadcasts to a topic, as the application could. */
    void broadcast(String topic, String event, String payload) throws IOException, InterruptedException {
        get("/broadcast", Map.of("topic", topic, "event", event, "payload", payload));
    }

    /** Asks the server for something over HTTP. */
    String get(String path, Map<String, String> params) throws IOException, InterruptedException {
        String query = params.entrySet().stream()
                .map(param -> param.getKey() + "=" + URLEncoder.encode(param.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        URI uri = URI.create("http://127.0.0.1:" + port + path + "?" + query);
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(uri).timeout(REQUEST).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(uri.toString()).isEqualTo(200);
        return response.body();
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::kill);
    }

    /**
     * Below the ports that the system gives to clients: while the server is away, any of these could get such a port, even one that tries
     * to reconnect. None is given twice: what is free now may be meant for a process that has yet to start.
     */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            if (!GIVEN.add(port)) {
                continue;
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: try another.
            }
        }
    }

    /** A process that is the server, or waits to become it. */
    static final class Standby {
        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        private Standby(Process process) {
            this.process = process;
            Thread reader = new Thread(() -> {
                try (BufferedReader out = process.inputReader()) {
                    out.lines().forEach(lines::add);
                } catch (IOException | UncheckedIOException e) {
                    // Killed: there is no more to read.
                }
            });
            reader.setDaemon(true);
            reader.start();
        }

        /** Returns when it listens. */
        void listen() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            await(LISTENING);
        }

        private void await(String start) {
            List<String> said = new ArrayList<>();
            long deadline = System.nanoTime() + START.toNanos();
            try {
                for (String line = ""; line != null; ) {
                    line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    said.add(line);
                    if (line != null && line.startsWith(start)) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new AssertionError("the server did not say \"" + start + "\", but: " + said);
        }
    }
}
