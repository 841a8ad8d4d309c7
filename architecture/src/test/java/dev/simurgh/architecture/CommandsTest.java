package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs each {@code ./simurgh} command of the documentation's shell blocks: the real script, in a folder that looks as if all had been built.
 * What serves is told to end when it listens; of a load or a benchmark only the options are read, by its own {@code --help} or list. Each
 * has a folder of its own, so that some may run at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class CommandsTest {
    private static final String LISTENING = "listening on ";
    private static final String PROMPT = "nonode@nohost> ";
    private static final String THIS_BUILD = "mvn verify";
    private static final String SPRING = "examples/spring-chat";

    /** What a process ends with that Spring Boot closes when it is told to end. */
    private static final int SIGTERM = 143;

    @TempDir
    Path folders;

    private final AtomicInteger built = new AtomicInteger();

    /** Whether a block has commands of this kind only, or is a session at the prompt of a node that is alone. */
    static boolean runs(Block block) {
        return isSession(block) || hasCommandsOnly(block);
    }

    private static boolean isSession(Block block) {
        return block.mark().isEmpty()
                && block.language().equals("text")
                && block.text().contains(PROMPT)
                && block.text().matches("(?s)(\\$ .*\\./simurgh |" + PROMPT + ").*");
    }

    private static boolean hasCommandsOnly(Block block) {
        return block.mark().isEmpty()
                && block.language().equals("sh")
                && commands(block)
                        .allMatch(command ->
                                command.equals(THIS_BUILD) || command.matches("(?:[A-Z]+=\\S+ )?\\./simurgh [a-z].*"));
    }

    /** Its lines, those that go on behind a backslash in one, without comments. */
    private static Stream<String> commands(Block block) {
        return block.text()
                .replaceAll("\\\\\\n\\s*", "")
                .lines()
                .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("#"));
    }

    /** Makes a folder. */
    private Path build() throws IOException {
        Path root = Files.createDirectory(folders.resolve("build-" + built.incrementAndGet()));
        Files.copy(Block.ROOT.resolve("simurgh"), root.resolve("simurgh"));
        assertThat(root.resolve("simurgh").toFile().setExecutable(true)).isTrue();
        for (String module :
                List.of("examples/hello-sockets", "examples/auction", "conformance", "benchmarks", SPRING)) {
            Path target = root.resolve(module).resolve("target");
            Files.createDirectories(target.resolve("classes"));
            Files.createDirectories(target.resolve("lib"));
            Files.createDirectories(target.resolve("web/assets"));
            Files.createFile(target.resolve("web/assets/phoenix.mjs"));
            Files.createFile(target.resolve(".built"));
            classPath(target.resolve("lib/all.jar"), module.equals(SPRING) ? springs() : ours());
        }
        return root;
    }

    private static Stream<Path> ours() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    /** What Spring brings is no business of the other modules', and not on their class path. */
    private static Stream<Path> springs() {
        Path target = Block.ROOT.resolve(SPRING).resolve("target");
        Path[] jars = Optional.ofNullable(target.resolve("lib").toFile().listFiles()).stream()
                .flatMap(Stream::of)
                .map(File::toPath)
                .toArray(Path[]::new);
        return Stream.concat(Stream.of(target.resolve("classes")), Stream.of(jars));
    }

    /** An empty jar that leads to a class path. */
    private static void classPath(Path jar, Stream<Path> entries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        entries.map(entry -> entry.toUri().toString()).collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    @TestFactory
    @Timeout(300)
    Stream<DynamicTest> everyCommandDoesWhatThePageSays() throws IOException {
        return Block.all().stream()
                .filter(CommandsTest::hasCommandsOnly)
                .flatMap(CommandsTest::commands)
                .distinct()
                .filter(command -> !command.equals(THIS_BUILD))
                .map(command -> DynamicTest.dynamicTest(command, () -> run(command)));
    }

    @TestFactory
    @Timeout(300)
    Stream<DynamicTest> everySessionAnswersWhatThePageSays() throws IOException {
        return Block.all().stream()
                .filter(CommandsTest::isSession)
                .map(block -> DynamicTest.dynamicTest(block.at(), () -> talk(block.text())));
    }

    /** Types what stands behind the prompts. The answers come back behind the prompts, as a pipe is no terminal that echoes. */
    private void talk(String session) throws Exception {
        String command = session.startsWith("$ ") ? session.substring(2, session.indexOf('\n')) : "./simurgh console";
        String typed = session.lines()
                .filter(line -> line.startsWith(PROMPT) && !session.startsWith("$ printf"))
                .map(line -> line.substring(PROMPT.length()) + "\n")
                .collect(Collectors.joining());
        Process process = script(build(), command);
        try (OutputStream in = process.getOutputStream()) {
            in.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        String said = process.inputReader().lines().collect(Collectors.joining("\n"));
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.replace(PROMPT, "").lines())
                .containsSubsequence(session.lines()
                        .map(line ->
                                line.startsWith(PROMPT) && typed.isEmpty() ? line.substring(PROMPT.length()) : line)
                        .filter(line -> !line.isEmpty() && !line.startsWith("$ ") && !line.startsWith(PROMPT))
                        .filter(line -> !line.contains("istening on ")
                                && !line.contains("/help for help")) // only a terminal is greeted
                        .toList());
    }

    private static Process script(Path root, String line) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", line).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().put("PORT", "0");
        builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"); // as it ends at once
        builder.environment().remove("CLUSTER_SECRET");
        return builder.start();
    }

    private void run(String command) throws Exception {
        boolean isSpring = command.contains("./simurgh spring-chat");
        Assumptions.assumeTrue(
                !isSpring || Files.isDirectory(Block.ROOT.resolve(SPRING).resolve("target/lib")),
                "the example is not packed (expected: mvn verify)");
        boolean serves = isSpring || command.matches(".*\\./simurgh (hello|auction|conformance).*");
        String line = command.replaceFirst("^PORT=\\d+ ", "") // the system gives one that is free
                + (command.contains("./simurgh bench") ? " --help" : "")
                + (command.contains("./simurgh jmh") ? " -l" : "");
        Process process = script(build(), "exec " + line);
        try {
            // A console leaves at the end of its input, and ends its node.
            process.getOutputStream().close();
            String said = serves ? listening(process.inputReader()) : "";
            if (serves && !command.contains("--console")) {
                process.toHandle().destroy(); // and not its streams
            }
            said += process.inputReader().lines().collect(Collectors.joining("\n"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command).isTrue();
            assertThat(process.exitValue()).as("%s\n%s", command, said).isEqualTo(isSpring ? SIGTERM : 0);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What it says until it listens. */
    private static String listening(BufferedReader lines) throws IOException {
        StringBuilder said = new StringBuilder();
        String line = lines.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            said.append(line).append('\n');
            line = lines.readLine();
        }
        assertThat(line).as("its line, behind:\n%s", said).isNotNull();
        return said.toString();
    }
}
