package hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process: what it says, which ports it opens, and how it ends. Each test has processes of its own: two may wait for theirs at once. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class MainTest {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void withoutOptionsThereIsNoPortButTheServers() throws Exception {
        Process node = start("--port", "0");
        String line = await(node, "listening on http://127.0.0.1:");

        String port = line.substring(line.lastIndexOf(':') + 1);
        await(node, "dashboard at http://127.0.0.1:" + port + "/dashboard/");
        assertThat(listening(node)).containsExactly(Integer.valueOf(port));
        node.destroy();
        assertThat(node.waitFor()).as("exit status after SIGTERM").isZero();
    }

    @Test
    void withoutServerAndClusterThereIsNoPortAndNoFile() throws Exception {
        Process node = start("--no-server", "--console");
        node.getOutputStream().write("1 + 1\n".getBytes(StandardCharsets.UTF_8));
        node.getOutputStream().flush();
        await(node, "nonode@nohost> ==> 2");

        assertThat(listening(node)).isEmpty();
        assertThat(folder.resolve("tally.db")).doesNotExist();
        node.getOutputStream().close();
        assertThat(node.waitFor()).as("exit status at the end of the input").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-server", "--port=0"})
    void exitAtTheConsoleEndsWithItsStatus(String option) throws Exception {
        Process node = start(Stream.concat(Stream.of("--console"), Stream.of(option.split("=")))
                .toArray(String[]::new));
        node.getOutputStream().write("System.exit(3)\n".getBytes(StandardCharsets.UTF_8));
        node.getOutputStream().flush();

        assertThat(node.waitFor()).isEqualTo(3);
    }

    @Test
    void aNodeWithoutServerTakesPartUntilItIsEnded() throws Exception {
        Process node = start("--no-server", "--name", "a@127.0.0.1");
        await(node, "node a@127.0.0.1");

        assertThat(listening(node)).isNotEmpty();
        node.destroy();
        assertThat(node.waitFor()).as("exit status after SIGTERM").isZero();
    }

    @Test
    void aPortThatIsTakenIsSaidAndEndsIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process node = start("--port", String.valueOf(taken.getLocalPort()));

            await(node, "hello-sockets: ");
            assertThat(node.waitFor()).isEqualTo(1);
        }
    }

    /** The program where JShell cannot start: the compiler finds no class of it. */
    static final class WithoutJShell {
        public static void main(String[] args) {
            System.setProperty("java.class.path", "nowhere");
            Main.main(args);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-server", "--port=0"})
    void aConsoleThatDoesNotStartIsAFailure(String option) throws Exception {
        Process node = start(
                WithoutJShell.class,
                Stream.concat(Stream.of("--console"), Stream.of(option.split("=")))
                        .toArray(String[]::new));
        node.getOutputStream().write("1 + 1\n".getBytes(StandardCharsets.UTF_8));
        node.getOutputStream().flush();

        assertThat(node.inputReader().lines()).anyMatch(line -> line.contains("console: JShell did not start"));
        assertThat(node.waitFor()).isEqualTo(1);
    }

    @Test
    void helpNamesAllOptions() throws Exception {
        Process node = start("--help");

        assertThat(node.inputReader().lines().collect(Collectors.joining("\n"))).isEqualTo(Options.USAGE);
        assertThat(node.waitFor()).isZero();
    }

    private Process start(String... options) throws IOException {
        return start(Main.class, options);
    }

    private Process start(Class<?> main, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.sqlite.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--data",
                folder.resolve("tally.db").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(Set.of("PORT", "CLUSTER_SECRET"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String await(Process node, String start) throws IOException {
        BufferedReader lines = node.inputReader();
        String line = lines.readLine();
        while (line != null && !line.startsWith(start)) {
            line = lines.readLine();
        }
        assertThat(line).as("line that starts with %s", start).isNotNull();
        return String.valueOf(line);
    }

    /** The TCP ports that a process listens on: those of its sockets that the kernel lists as such. */
    private static Set<Integer> listening(Process process) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        Set<String> inodes;
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            inodes = files.map(MainTest::target).collect(Collectors.toSet());
        }
        Pattern row = Pattern.compile("\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) \\S+ 0A (?:\\S+\\s+){5}(\\d+).*");
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(proc.resolve("net").resolve(table))) {
                var fields = row.matcher(line);
                if (fields.matches() && inodes.contains("socket:[" + fields.group(2) + "]")) {
                    ports.add(Integer.parseInt(fields.group(1), 16));
                }
            }
        }
        return ports;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return "gone";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
