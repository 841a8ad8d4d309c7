package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The example's page in Chromium, and what page.mjs saw there: windows on two nodes, three widths, and a minute and a half of silence. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("a browser") // beside the tests with processes of their own, one of the two at a time
class PageTest {
    private static final String LISTENING = "listening on ";

    private final List<Process> started = new ArrayList<>();
    private String url = "";
    private long pid;
    private JsonNode seen;

    @BeforeAll
    void look(@TempDir Path folder) throws Exception {
        List<String> browser = new ArrayList<>(ClientTools.node("page.mjs", ClientTools.chromium()));
        String contact = "a@127.0.0.1:" + ServerProcess.freePort();
        Process server = node(folder, contact);
        Process other = node(folder, "b@127.0.0.1:" + ServerProcess.freePort(), "--connect", contact);
        pid = server.pid();
        url = listening(server.inputReader());
        browser.add(url);
        browser.add(listening(other.inputReader()));
        seen = ClientTools.seen(browser);
    }

    @AfterAll
    void end() throws InterruptedException {
        for (Process process : started) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private Process node(Path folder, String name, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.sqlite.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "hello.Main",
                "--port",
                "0",
                "--data",
                folder.resolve("tally.db").toString(),
                "--name",
                name));
        command.addAll(List.of(options));
        return start(new ProcessBuilder(command).redirectErrorStream(true));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Its address; what it says from then on is read by nobody, and is little. */
    private static String listening(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = lines.readLine();
        }
        assertThat(line).as("the server's line").isNotNull();
        return line.substring(LISTENING.length());
    }

    @Test
    void noScriptFails() {
        assertThat(texts(seen.get("errors"))).isEmpty();
    }

    @Test
    void whoComesAndGoesIsNewsOnceOnTheOtherNodeToo() {
        assertThat(texts(seen.get("notes")))
                .containsSubsequence("you are in, as Rabia", "Attar came in", "Attar left", "Attar came in")
                .filteredOn(note -> note.startsWith("Attar"))
                .hasSize(3);
    }

    @Test
    void theFirstDemoIsAChatThatTwoWindowsShare() {
        assertThat(seen.get("firstDemo").textValue()).isEqualTo("chat");
        assertThat(seen.get("said").textValue()).isEqualTo("Attar is anybody there?");
    }

    @Test
    void theCommandHasThePortAndTheProcessIsThisOne() {
        assertThat(texts(seen.get("commands")))
                .isNotEmpty()
                .containsOnly("./simurgh hello --port " + URI.create(url).getPort());
        assertThat(seen.get("kill").textValue()).isEqualTo("kill -9 " + pid);
    }

    @Test
    void theTokenIsNotInTheAddress() {
        assertThat(texts(seen.get("sockets")))
                .anyMatch(socket -> socket.contains("/auth_socket/"))
                .allMatch(socket -> socket.endsWith("?vsn=2.0.0"));
    }

    @Test
    void eachLinkLeadsToAGuideOrASourceFile() throws Exception {
        assertThat(texts(seen.get("links")))
                .anyMatch(link -> link.contains("guide"))
                .anyMatch(link -> link.endsWith(".java"));
        for (String link : texts(seen.get("links"))) {
            assertThat(status(link.replaceFirst("/guide\\.html\\?page=", "/project/")))
                    .as(link)
                    .isEqualTo(200);
        }
        assertThat(seen.get("guide").textValue()).isEqualTo("Start");
        assertThat(texts(seen.get("guideLinks"))).contains("/guide.html?page=docs/guides/channels.md");
    }

    @Test
    void nothingTellingIsCutOffAndAFrameIsInSightAtEveryWidth() {
        seen.get("widths").properties().forEach(width -> {
            JsonNode found = width.getValue();
            assertThat(texts(found.get("clipped"))).as(width.getKey()).isEmpty();
            assertThat(found.get("sideways").booleanValue())
                    .as(width.getKey() + ": scrolls sideways")
                    .isFalse();
            assertThat(found.get("frame").booleanValue())
                    .as(width.getKey() + ": a frame is in sight")
                    .isTrue();
        });
    }

    @Test
    void afterAMinuteOfSilenceItIsStillConnected() {
        assertThat(seen.at("/silence/state").textValue()).isEqualTo("Connected");
        List<String> facts = texts(seen.at("/silence/lines")); // of both sockets: state, since, last heard, reconnects
        assertThat(facts).filteredOn(fact -> fact.equals("open")).hasSize(2);
        assertThat(facts)
                .filteredOn(fact -> fact.matches("[1-9]\\d* min \\d+ s"))
                .as("since")
                .hasSize(2);
        assertThat(facts).filteredOn(fact -> fact.equals("0")).as("reconnects").hasSize(2);
    }

    private static int status(String link) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static List<String> texts(JsonNode array) {
        Stream<JsonNode> each = StreamSupport.stream(array.spliterator(), false);
        return each.map(JsonNode::textValue).toList();
    }
}
