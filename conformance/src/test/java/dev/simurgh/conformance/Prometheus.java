package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A real Prometheus, which scrapes some servers twice a second and evaluates the alert rules of the documentation. */
final class Prometheus implements AutoCloseable {
    static final Path RULES =
            Path.of("..", "docs", "deploy", "alerts.yml").toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = ServerProcess.freePort();
    private final Path output;
    private final Process process;

    private Prometheus(Path directory, List<Integer> servers) throws IOException {
        Path config = directory.resolve("prometheus.yml");
        String targets =
                servers.stream().map(server -> "'127.0.0.1:" + server + "'").collect(Collectors.joining(", "));
        Files.writeString(config, """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: simurgh
                    scrape_timeout: 500ms
                    static_configs: [{targets: [%s]}]
                """.formatted(RULES, targets));
        output = directory.resolve("prometheus.log");
        process = new ProcessBuilder(
                        ClientTools.required("prometheus"),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Starts one, and waits until it has scraped all. */
    static Prometheus scraping(Path directory, Integer... servers) throws IOException {
        Prometheus started = new Prometheus(directory, List.of(servers));
        try {
            Awaitility.await()
                    .atMost(START)
                    .ignoreExceptions()
                    .until(() -> started.query("sum(up)")
                                    .path(0)
                                    .path("value")
                                    .path(1)
                                    .asInt()
                            == servers.length);
            return started;
        } catch (Throwable thrown) {
            started.close();
            throw new AssertionError("prometheus said:\n" + Files.readString(started.output), thrown);
        }
    }

    /** What an expression gives now; fails if it is none. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.path("status").asText())
                .as("%s: %s", expression, answer)
                .isEqualTo("success");
        return answer.path("data").path("result");
    }

    /** The names of all series that it knows. */
    List<String> names() throws IOException, InterruptedException {
        return texts(get("/api/v1/label/__name__/values").path("data"));
    }

    /** What is wrong with its targets and rules, in its own words. */
    List<String> complaints() throws IOException, InterruptedException {
        JsonNode targets = get("/api/v1/targets").path("data").path("activeTargets");
        JsonNode groups = get("/api/v1/rules").path("data").path("groups");
        return IntStream.range(0, targets.size() + groups.size())
                .mapToObj(i -> i < targets.size() ? targets.get(i) : groups.get(i - targets.size()))
                .flatMap(each -> each.findValuesAsText("lastError").stream())
                .filter(error -> !error.isEmpty())
                .toList();
    }

    /** How often it was given two values of one series at the same time, or one that it could not take. */
    double refusedSamples() throws IOException, InterruptedException {
        return text("/metrics")
                .lines()
                .filter(line -> line.startsWith("prometheus_target_scrapes_sample_"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static List<String> texts(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).asText())
                .toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(text(path));
    }

    private String text(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
