package chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/** Two users in Chromium, a server that is killed, and what chat.mjs saw of it. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class ChatPageTest {
    /** Where the libraries of conformance's scripts are installed for this module, too. */
    private static final Path INSTALLED = Path.of("target", "clients").toAbsolutePath();

    private final List<Process> started = new ArrayList<>();
    private Map<String, Object> seen = Map.of();

    @BeforeAll
    void talk(@TempDir Path folder) throws Exception {
        require(Files.isRegularFile(INSTALLED.resolve("installed.json")), "playwright-core is not in " + INSTALLED);
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        program("node"),
                        Path.of("src/test/js/chat.mjs").toAbsolutePath().toString(),
                        program("chromium", "chromium-browser", "google-chrome"),
                        String.valueOf(freePort()),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dorg.sqlite.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChatApplication.class.getName(),
                        "--data",
                        folder.resolve("chat.db").toString(),
                        "--logging.level.root=error")
                .directory(INSTALLED.toFile())
                .redirectError(errors.toFile())
                .start();
        started.add(process);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("exit status of chat.mjs: %s", Files.readString(errors))
                .isZero();
        seen = JsonParserFactory.getJsonParser().parseMap(said);
    }

    @AfterAll
    void end() throws InterruptedException {
        for (Process process : started) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void nothingFailsAndNothingBreaksTheContentSecurityPolicy() {
        assertThat(seen.get("errors")).isEqualTo(List.of());
    }

    @Test
    void aStrangerSignsUpAndIsSeenByHisNameAsHeHasWrittenIt() {
        assertThat(seen.get("door")).isEqualTo("/login");
        assertThat(seen.get("people")).isEqualTo(List.of("Attar (you)", "Finch & <b>Co</b>"));
        assertThat(seen.get("typing")).isEqualTo("Finch & <b>Co</b> is typing …");
    }

    @Test
    void whatIsReadInOneWindowIsReadInAll() {
        assertThat(seen.get("readElsewhere")).isEqualTo("The garden");
    }

    @Test
    void whatIsSaidToAKilledServerIsThereOnceAndInOrder() {
        assertThat(seen.get("waiting")).isEqualTo(List.of("I go on.", "Alone."));
        assertThat(seen.get("stillWaiting")).isEqualTo(List.of());
        List<String> road = List.of("On my way.", "Are you?", "It gets dark.", "I go on.", "Alone.");
        assertThat(seen.get("road")).isEqualTo(road);
        assertThat(seen.get("roadAgain")).isEqualTo(road);
        List<String> garden = List.of("A feather <i>fell</i>.", "Where?", "Is anybody there?");
        assertThat(seen.get("garden")).isEqualTo(garden);
        assertThat(seen.get("gardenOfTheOther")).isEqualTo(garden);
    }

    @Test
    void whoLeavesInOneWindowHasLeftInAll() {
        assertThat(seen.get("left")).isEqualTo("/login");
    }

    @Test
    void whoIsNoAdministratorSeesNoMetrics() {
        assertThat(seen.get("forbidden")).isEqualTo(403);
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** One of the programs of these names; skips the tests without one, or fails where {@code CI=true}. */
    private static String program(String... names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Optional<Path> found = Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        require(found.isPresent(), names[0] + " was not found");
        return found.orElseThrow().toString();
    }

    private static void require(boolean there, String missing) {
        if (!there && "true".equals(System.getenv("CI"))) {
            Assertions.fail(missing);
        }
        Assumptions.assumeTrue(there, missing);
    }
}
