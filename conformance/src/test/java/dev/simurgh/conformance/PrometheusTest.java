package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus takes what servers show of themselves while clients come and go in all ways, and understands the board and the alert rules of the
 * documentation. Longer with {@code -Dconformance.scrapes=500}.
 */
@Timeout(180)
class PrometheusTest {
    private static final int ROUNDS = Integer.getInteger("conformance.scrapes", 12);
    private static final Path BOARD = Path.of("..", "docs", "deploy", "grafana-dashboard.json");
    private static final Path GUIDE = Path.of("..", "docs", "guides", "metrics.md");
    private static final Pattern NAME = Pattern.compile("\\b(?:simurgh|jvm|process|system)_[a-z_]+");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(simurgh[a-z0-9.]+)` \\| (counter|gauge|timer) \\| ?([a-z]*) ?\\|");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those that not every server has. */
    private static final Set<String> NOT_ALWAYS = Runtime.version().feature() < 21
            ? Set.of()
            : Set.of("simurgh_scheduler_busy", "simurgh_scheduler_max", "simurgh_scheduler_waiting");

    private final Random random = new Random(1);

    @TempDir
    Path directory;

    @Test
    void theAlertRulesFireWhenTheyShouldAndOnlyThen() throws Exception {
        assertThat(promtool("check", "rules", Prometheus.RULES.toString())).contains("SUCCESS");
        assertThat(promtool(
                        "test",
                        "rules",
                        Path.of("src", "test", "resources", "alerts-test.yml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void eachAlertRuleHasATest() throws IOException {
        String rules = Files.readString(Prometheus.RULES);
        String tests = Files.readString(Path.of("src", "test", "resources", "alerts-test.yml"));
        assertThat(found(Pattern.compile("- alert: (\\w+)"), rules))
                .isNotEmpty()
                .isEqualTo(found(Pattern.compile("(?m)^    name: (\\w+)"), tests));
    }

    private String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(ClientTools.required("promtool")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void aScrapedClusterUnderTortureHasNoDoubleNoHoleAndNoDrift() throws Exception {
        ClientTools.required("prometheus");
        int one = ServerProcess.freePort();
        int two = ServerProcess.freePort();
        ConformanceServer a = ConformanceServer.start("--port", "0", "--name", "a@127.0.0.1:" + one);
        ConformanceServer b = ConformanceServer.start(
                "--port", "0", "--name", "b@127.0.0.1:" + two, "--connect", "a@127.0.0.1:" + one);
        try (Prometheus prometheus = Prometheus.scraping(directory, a.port(), b.port())) {
            assertThat(eachExpression()).isNotEmpty();
            System.gc(); // what is told of its pauses is there once there has been one
            torture(List.of(a.port(), b.port()));
            assertQuiet(a.port(), b.port());
            assertThat(prometheus.complaints()).isEmpty();
            assertThat(prometheus.refusedSamples()).isZero();
            assertUnderstood(prometheus);
            assertNoneFell(prometheus);
            assertThat(prometheus.query("min by (instance) (simurgh_nodes)").findValuesAsText("value"))
                    .hasSize(2);
            assertDocumented(scrape(a.port()).families());
        } finally {
            b.stop().join();
            a.stop().join();
        }
    }

    // What is in the documentation.

    /** The names of the guide's table, as Prometheus has them, with their kinds. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> all = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(GUIDE));
        while (row.find()) {
            String name = row.group(1).replace('.', '_');
            String unit = row.group(3);
            String withUnit = unit.isEmpty() || name.endsWith("_" + unit) ? name : name + "_" + unit;
            all.put(row.group(2).equals("counter") ? withUnit + "_total" : withUnit, row.group(2));
        }
        all.keySet().removeAll(NOT_ALWAYS);
        return all;
    }

    /** A timer is there once it has taken a time, all else from the start. */
    private static void assertDocumented(Set<String> scraped) throws IOException {
        Map<String, String> documented = documented();
        assertThat(documented.keySet()).as("what is scraped").containsAll(scraped);
        documented.values().removeIf("timer"::equals);
        assertThat(scraped).as("what is documented").containsAll(documented.keySet());
    }

    /** The expressions of the board, as Grafana sends them, and those of the alert rules. */
    private static List<String> eachExpression() throws IOException {
        List<String> all = new ArrayList<>();
        for (JsonNode expression : JSON.readTree(BOARD.toFile()).findValues("expr")) {
            all.add(expression
                    .asText()
                    .replace("$endpoint", ".*")
                    .replace("$instance", ".*")
                    .replace("$__rate_interval", "1m"));
        }
        return all;
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(matcher.groupCount()));
        }
        return found;
    }

    private static void assertUnderstood(Prometheus prometheus) throws Exception {
        Set<String> there = new TreeSet<>(prometheus.names());
        List<String> empty = new ArrayList<>();
        String rules = Files.readString(Prometheus.RULES);
        for (String expression : eachExpression()) {
            assertThat(there).as(expression).containsAll(names(expression));
            // a comparison gives nothing if all is well, and so does a pool that is not there
            boolean mayBeEmpty = expression.contains(">") || expression.contains("simurgh_scheduler_");
            if (prometheus.query(expression).isEmpty() && !mayBeEmpty) {
                empty.add(expression);
            }
        }
        assertThat(empty).as("expressions of the board that show nothing").isEmpty();
        assertThat(there).as("names in alert rules").containsAll(names(rules));
    }

    /** What was scraped twice a second, as the engine sees it. */
    private static void assertNoneFell(Prometheus prometheus) throws Exception {
        for (String name : prometheus.names()) {
            if (name.matches("simurgh_.+_(total|count|sum|bucket)")) {
                assertThat(prometheus.query("resets(" + name + "[10m]) > 0"))
                        .as(name)
                        .isEmpty();
            }
        }
    }

    private static Set<String> names(String expressions) {
        Set<String> names = found(Pattern.compile("(" + NAME.pattern() + ")(?![a-z_]*\\()"), expressions);
        names.removeAll(NOT_ALWAYS);
        return names;
    }

    // Clients.

    private void torture(List<Integer> ports) throws Exception {
        List<Client> steady = new ArrayList<>();
        Exposition before = scrape(ports.get(0));
        for (int round = 0; round < ROUNDS; round++) {
            for (int port : ports) {
                for (int i = 0; i < 12; i++) {
                    oneOfAll(port, steady);
                }
            }
            Exposition now = scrape(ports.get(0));
            assertThat(now.faults()).isEmpty();
            assertThat(now.fallenSince(before)).isEmpty();
            before = now;
        }
        for (Client client : steady) {
            client.cut();
        }
    }

    private void oneOfAll(int port, List<Client> steady) throws IOException {
        switch (random.nextInt(9)) {
            case 0 -> new Client(port).say("GET /socket/webso").cut();
            case 1 -> new Client(port).upgrade("/socket/websocket?vsn=9.9.9").close();
            case 2 ->
                new Client(port).upgrade("/refuse_socket/websocket?vsn=2.0.0").close();
            case 3 -> new Client(port).upgrade("/socket/websocket?vsn=2.0.0").cut();
            case 4 ->
                new Client(port)
                        .upgrade("/socket/websocket?vsn=2.0.0")
                        .frame(0x81, "nonsense")
                        .close();
            case 5 -> new Client(port).poll().close();
            case 6 -> {
                Client talks = talking(port);
                talks.frame(0x88, "\u0003\u00e8").close();
            }
            case 7 -> talking(port).cut();
            default -> steady.add(talking(port));
        }
    }

    /** One that has joined channels of all kinds, and said something to each, and something that no client should. */
    private Client talking(int port) throws IOException {
        Client client = new Client(port).upgrade("/socket/websocket?vsn=2.0.0");
        String who = "{\"name\":\"n" + random.nextInt(100) + "\",\"user_id\":\"u\"}";
        int topic = random.nextInt(5);
        for (String name : List.of("room:", "load:", "work:", "kept:", "crowd:", "presence:", "crash:")) {
            client.frame(0x81, "[\"1\",\"1\",\"" + name + topic + "\",\"phx_join\"," + who + "]");
        }
        client.frame(0x81, "[\"1\",\"2\",\"room:" + topic + "\",\"shout\",{\"a\":1}]");
        client.frame(0x81, "[\"1\",\"3\",\"load:" + topic + "\",\"pub\",{\"a\":1}]");
        client.frame(0x81, "[\"1\",\"3\",\"load:" + topic + "\",\"echo\",{\"a\":1}]");
        client.frame(0x81, "[\"1\",\"4\",\"work:" + topic + "\",\"echo\",{\"a\":1}]");
        client.frame(0x81, "[\"1\",\"5\",\"kept:" + topic + "\",\"put\",{\"a\":1}]");
        client.frame(0x81, "[\"1\",\"6\",\"crash:" + topic + "\",\"crash\",{}]");
        client.frame(0x81, "[\"1\",\"7\",\"room:" + topic + "\",\"event \\\"" + random.nextLong() + "\\\\\\n\",{}]");
        client.frame(0x81, "[\"1\",\"8\",\"nowhere:" + random.nextLong() + "\",\"phx_join\",{}]");
        client.frame(0x81, "[\"1\",\"9\",\"room:" + topic + "\",\"phx_leave\",{}]");
        return client;
    }

    /** When nobody is there, nothing is counted as there. */
    private static void assertQuiet(int... ports) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            for (int port : ports) {
                Exposition now = scrape(port);
                assertThat(now.sum("simurgh_connections", "transport=\"websocket\""))
                        .isZero();
                assertThat(now.sum("simurgh_channels", "channel=\"room:*\"")).isZero();
                assertThat(now.sum("simurgh_connections_paused", "")).isZero();
                assertThat(now.sum("simurgh_channels_waiting_bytes", "")).isZero();
                assertThat(now.sum("simurgh_presence_tracked", "")).isZero();
                assertThat(now.sum("simurgh_server_connections", "")).isEqualTo(now.sum("simurgh_server_sessions", ""));
            }
        });
    }

    private static Exposition scrape(int port) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Exposition.read(answer.body());
    }

    /** A client that says what it is told to. */
    private static final class Client {
        private final Socket socket;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
        }

        Client say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        /** Asks for a WebSocket, and reads the head of the answer. */
        Client upgrade(String target) throws IOException {
            say("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            InputStream in = socket.getInputStream();
            int ends = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                ends = next == '\r' || next == '\n' ? ends + 1 : 0;
                if (ends == 4) {
                    break;
                }
            }
            return this;
        }

        Client poll() throws IOException {
            return say("GET /socket/longpoll?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }

        Client frame(int first, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            OutputStream out = socket.getOutputStream();
            byte[] frame = new byte[bytes.length + 8];
            frame[0] = (byte) first;
            boolean isLong = bytes.length > 125;
            frame[1] = (byte) (0x80 | (isLong ? 126 : bytes.length));
            int at = 2;
            if (isLong) {
                frame[at++] = (byte) (bytes.length >> 8);
                frame[at++] = (byte) bytes.length;
            }
            at += 4; // a mask of zeros
            System.arraycopy(bytes, 0, frame, at, bytes.length);
            out.write(frame, 0, at + bytes.length);
            return this;
        }

        void close() throws IOException {
            socket.close();
        }

        /** Without a word: by a reset. */
        void cut() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
