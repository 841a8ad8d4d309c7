package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The programs that tests run. Without one, the tests that need it are skipped; where {@code CI=true}, they fail. */
final class ClientTools {
    /** Where fetch-clients.sh installs the libraries. */
    static final Path INSTALLED = Path.of("target", "clients").toAbsolutePath();

    private static final Path SCRIPTS = Path.of("src", "test", "js").toAbsolutePath();
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    private ClientTools() {}

    /** The command of a driver in Node. */
    static List<String> node(String script, String... arguments) {
        Optional<String> node = program("node");
        require(node.isPresent(), "Node.js (node) was not found");
        require(
                Files.isRegularFile(INSTALLED.resolve("installed.json")),
                "the clients' libraries are not in target/clients (expected: fetch-clients.sh installs them with npm)");
        return Stream.concat(
                        Stream.of(node.orElseThrow(), SCRIPTS.resolve(script).toString()), Stream.of(arguments))
                .toList();
    }

    /** What a driver prints, as JSON. If it fails, so does the test, with what it says of that; when this returns, nothing of it runs any more. */
    static JsonNode seen(List<String> driver) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("driver", ".txt");
        Process process = new ProcessBuilder(driver)
                .directory(INSTALLED.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            JsonNode seen = new ObjectMapper().readTree(process.getInputStream());
            if (process.waitFor() != 0) {
                Assertions.fail(driver.get(1) + " failed: " + Files.readString(errors));
            }
            return seen;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    static String chromium() {
        Optional<String> browser =
                BROWSERS.stream().flatMap(name -> program(name).stream()).findFirst();
        require(browser.isPresent(), "Chromium (chromium) was not found");
        return browser.orElseThrow();
    }

    /** Another program, such as a load balancer. */
    static String required(String name) {
        Optional<String> found = program(name);
        require(found.isPresent(), name + " was not found");
        return found.orElseThrow();
    }

    static void require(boolean there, String missing) {
        if (!there && "true".equals(System.getenv("CI"))) {
            Assertions.fail(missing);
        }
        Assumptions.assumeTrue(there, missing);
    }

    private static Optional<String> program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        // Those of an administrator are on the path of administrators only.
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
