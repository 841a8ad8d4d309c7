package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A load balancer with the configuration from the documentation, in which nothing but the addresses is replaced. */
final class ClusterBalancer implements AutoCloseable {
    private static final Path CONFIGURATIONS = Path.of("..", "docs", "deploy");
    private static final int DOCUMENTED_PORT = 8080;
    private static final int DOCUMENTED_FIRST_NODE = 4000;
    private static final int DOCUMENTED_NODES = 3;

    private final Path log;
    private final Process process;
    private final int port;

    private ClusterBalancer(Path log, List<String> command, int port) throws IOException {
        this.log = log;
        this.port = port;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            NetworkRig.awaitUntil(this::serves);
        } catch (RuntimeException e) {
            close();
            throw new AssertionError("the balancer did not start: " + log(), e);
        }
    }

    /** HAProxy before these web servers, of which one may not run yet. */
    static ClusterBalancer haproxy(Path directory, ClusterNode... nodes) throws IOException {
        return haproxy(directory, UnaryOperator.identity(), nodes);
    }

    /** The same, but each request goes to the next node. */
    static ClusterBalancer roundRobin(Path directory, ClusterNode... nodes) throws IOException {
        return haproxy(directory, text -> text.replace("balance leastconn", "balance roundrobin"), nodes);
    }

    private static ClusterBalancer haproxy(Path directory, UnaryOperator<String> change, ClusterNode... nodes)
            throws IOException {
        int port = ServerProcess.freePort();
        return haproxy(directory, change.apply(configuration("haproxy.cfg", "bind :", port, nodes)), port);
    }

    /** HAProxy with a configuration that listens on a port. */
    static ClusterBalancer haproxy(Path directory, String configuration, int port) throws IOException {
        String program = ClientTools.required("haproxy");
        Path file = directory.resolve("haproxy-" + port + ".cfg");
        Files.writeString(file, configuration);
        return new ClusterBalancer(
                directory.resolve("haproxy.log"), List.of(program, "-db", "-f", file.toString()), port);
    }

    /** The same with nginx. */
    static ClusterBalancer nginx(Path directory, ClusterNode... nodes) throws IOException {
        int port = ServerProcess.freePort();
        return nginx(directory, configuration("nginx.conf", "listen ", port, nodes), port);
    }

    /** The same with a configuration that listens on a port. */
    static ClusterBalancer nginx(Path directory, String configuration, int port) throws IOException {
        String program = ClientTools.required("nginx");
        Path file = directory.resolve("nginx-" + port + ".conf");
        Files.writeString(file, configuration);
        // What the distribution's main file holds, without its fixed paths.
        Path main = directory.resolve("nginx-main-" + port + ".conf");
        Files.writeString(main, """
                daemon off;
                worker_processes 2;
                user root;
                pid %1$s/nginx-%2$d.pid;
                error_log stderr;
                events { worker_connections 1024; }
                http {
                    access_log off;
                    client_body_temp_path %1$s;
                    proxy_temp_path %1$s;
                    fastcgi_temp_path %1$s;
                    uwsgi_temp_path %1$s;
                    scgi_temp_path %1$s;
                    include %3$s;
                }
                """.formatted(directory, port, file));
        return new ClusterBalancer(
                directory.resolve("nginx.log"),
                List.of(program, "-p", directory.toString(), "-e", "stderr", "-c", main.toString()),
                port);
    }

    private static String configuration(String name, String listen, int port, ClusterNode... nodes) throws IOException {
        String text = Files.readString(CONFIGURATIONS.resolve(name));
        List<String> missing = new ArrayList<>();
        text = replaced(text, listen + DOCUMENTED_PORT, listen.replace(":", "") + "127.0.0.1:" + port, missing);
        for (int i = 0; i < DOCUMENTED_NODES; i++) {
            int nodePort = i < nodes.length ? nodes[i].webPort() : ServerProcess.freePort();
            text = replaced(text, "127.0.0.1:" + (DOCUMENTED_FIRST_NODE + i), "127.0.0.1:" + nodePort, missing);
        }
        assertThat(missing).as(name + " no longer has").isEmpty();
        return text;
    }

    static String replaced(String text, String documented, String actual, List<String> missing) {
        if (!text.contains(documented)) {
            missing.add(documented);
        }
        return text.replace(documented, actual);
    }

    int port() {
        return port;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    private boolean serves() throws IOException {
        assertThat(process.isAlive()).as(() -> "the balancer runs: " + log).isTrue();
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
        try {
            return request.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        } finally {
            request.disconnect();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
