package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./simurgh} says and builds, on a system that has only the programs that a test puts there. */
class ScriptTest {
    private static final List<String> TOOLS =
            List.of("cat", "cp", "dirname", "find", "head", "mkdir", "mktemp", "mv", "rm", "sed", "touch", "tr");

    private static final String JAVA_17 =
            "[ \"$1\" != -version ] || { echo 'openjdk version \"17.0.1\"' >&2; exit; }; echo started \"$@\"";

    @TempDir
    private Path root;

    private Path bin;
    private Path asked;

    @BeforeEach
    void aSystemWithEverything() throws IOException {
        bin = Files.createDirectories(root.resolve("bin"));
        asked = root.resolve("asked.txt");
        Files.copy(Block.ROOT.resolve("simurgh"), root.resolve("simurgh"));
        for (String tool : TOOLS) {
            program(tool, "exec " + onThePath(tool) + " \"$@\"");
        }
        for (String module : List.of("server", "benchmarks", "conformance", "examples/hello-sockets")) {
            Files.createDirectories(root.resolve(module).resolve("target"));
            change(module, Instant.EPOCH);
        }
        program("java", JAVA_17);
        program("javac", "");
        program("npm", "");
        program("node", "");
        program("id", "echo 1000");
        program("apt-get", "");
        program("apt-cache", "[ \"$2\" = openjdk-21-jdk-headless ]");
        program(
                "mvn",
                "echo \"$@\" >>" + asked
                        + "; echo '[INFO] Scanning for projects...'"
                        + "; echo '[INFO] Building Simurgh Token 0.1.0-SNAPSHOT            [2/9]'"
                        + "; echo '[INFO] Building jar: token.jar'");
    }

    @Test
    void aBuildTellsWhereItIs() throws Exception {
        assertThat(run(0, "conformance", "--port", "0"))
                .containsExactly(
                        "simurgh: building conformance; the first time this fetches libraries and takes a minute or"
                                + " two",
                        "simurgh:   2/9  Simurgh Token",
                        "started -cp " + root + "/conformance/target/classes:" + root
                                + "/conformance/target/lib/* dev.simurgh.conformance.ConformanceServer --port 0");
        assertThat(asked()).singleElement().asString().endsWith("-pl conformance -am package");
    }

    @Test
    void whatIsBuiltIsNotBuiltAgainUnlessWhatItIsMadeOfChanges() throws Exception {
        run(0, "conformance");
        assertThat(run(0, "conformance")).singleElement().asString().startsWith("started ");
        change("benchmarks", Instant.now().plusSeconds(60));
        change("examples/hello-sockets", Instant.now().plusSeconds(60));
        run(0, "conformance");
        assertThat(asked()).hasSize(1);

        change("server", Instant.now().plusSeconds(60));
        run(0, "conformance");
        assertThat(asked()).hasSize(2);
    }

    @Test
    void whatIsMissingIsNamedWithTheLineToType() throws Exception {
        for (String program : List.of("java", "javac", "mvn")) {
            Files.delete(bin.resolve(program));
        }
        assertThat(run(1, "conformance"))
                .containsExactly(
                        "simurgh: not found: java javac mvn",
                        "simurgh: type: sudo apt-get install openjdk-21-jdk-headless maven");
        program("id", "echo 0");
        assertThat(run(1, "conformance")).contains("simurgh: type: apt-get install openjdk-21-jdk-headless maven");
        Files.delete(bin.resolve("apt-get"));
        assertThat(run(1, "conformance"))
                .contains("simurgh: install what has them with the package manager of your system: a JDK (17 or newer),"
                        + " Maven, npm");
    }

    @Test
    void anOldJavaIsRefused() throws Exception {
        program("java", "echo 'openjdk version \"11.0.2\"' >&2");
        assertThat(run(1, "conformance"))
                .containsExactly(
                        "simurgh: Java 11 was found (expected: 17 or newer)",
                        "simurgh: type: sudo apt-get install openjdk-21-jdk-headless");
    }

    @Test
    void theExampleGoesOnWithoutNpm() throws Exception {
        Files.delete(bin.resolve("npm"));
        assertThat(run(0, "hello"))
                .startsWith(
                        "simurgh: npm was not found: the page at / needs it once, for phoenix.js; all else works"
                                + " without",
                        "simurgh: type: sudo apt-get install npm")
                .last()
                .asString()
                .contains("started ");
    }

    @Test
    void aBuildThatFailsSaysWhyAndEndsIt() throws Exception {
        program("mvn", "echo '[INFO] all is well'; echo '[ERROR] a word is missing'; exit 1");
        assertThat(run(1, "bench"))
                .endsWith(
                        "simurgh: [ERROR] a word is missing",
                        "simurgh: the build failed; all that Maven said is in " + root + "/target/simurgh-build.log");
        assertThat(Files.readAllLines(root.resolve("target/simurgh-build.log"))).contains("[INFO] all is well");
    }

    @Test
    void installTakesWhatIsPublished() throws Exception {
        run(0, "install");
        assertThat(asked())
                .singleElement()
                .asString()
                .endsWith("-pl "
                        + PublishedTest.NOT_PUBLISHED.stream()
                                .map(module -> "!" + module)
                                .collect(Collectors.joining(","))
                        + " install");
    }

    @Test
    void newMakesAProjectWhereOneIs() throws Exception {
        Files.createDirectories(root.resolve("bom"));
        Files.writeString(root.resolve("bom/pom.xml"), "  <version>1.2.3</version>\n");
        program(
                "mvn",
                "echo \"$@\" >>" + asked
                        + "; for word; do case $word in -DartifactId=*) mkdir ${word#*=};; esac; done");
        program("npm", "exit 1");

        assertThat(run(0, "new", "my-app", "--spring"))
                .contains(
                        "simurgh: phoenix.js could not be had: put its phoenix.mjs into my-app/src/main/resources/static",
                        "simurgh:   cd my-app && mvn spring-boot:run");
        assertThat(root.resolve("my-app")).isDirectory();
        assertThat(asked()).hasSize(2).element(0).asString().endsWith(" install");
        assertThat(asked())
                .element(1)
                .asString()
                .contains(
                        ":generate ",
                        " -DarchetypeArtifactId=simurgh-archetype-spring -DarchetypeVersion=1.2.3 ",
                        " -DartifactId=my-app ",
                        " -Dpackage=myapp");

        assertThat(run(1, "new", "my-app")).containsExactly("simurgh: my-app is there already");
        assertThat(run(2, "new", "My App"))
                .containsExactly("simurgh: name: My App (expected: small letters, digits and hyphens, a letter first)");
        assertThat(run(0, "new", "plain"))
                .contains("simurgh: plain is there. Its page talks to itself when you have typed:");
        assertThat(asked()).hasSize(3).last().asString().contains(" -DarchetypeArtifactId=simurgh-archetype ");
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(asked);
    }

    private void program(String name, String script) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void change(String module, Instant at) throws IOException {
        Path source = root.resolve(module).resolve("src/main/java/Some.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(at));
    }

    private List<String> run(int status, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", root + "/simurgh"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> said = process.inputReader().lines().toList();
        assertThat(process.waitFor()).as("%s", said).isEqualTo(status);
        return said;
    }

    private static Path onThePath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
