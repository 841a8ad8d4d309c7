package dev.simurgh.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Commands of guides, with the Java and the Maven of this build, and what it has packed. */
final class Shell {
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private final Repository repository;

    Shell(Repository repository) {
        this.repository = repository;
    }

    void run(Path folder, String command) throws Exception {
        Path log = Files.createDirectories(TARGET.resolve("generated")).resolve(folder.getFileName() + ".log");
        Process process = command(folder, command)
                .redirectOutput(log.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(command).isTrue();
        assertThat(process.exitValue())
                .as("%s said:%n%s", command, Files.readString(log))
                .isZero();
    }

    ProcessBuilder command(Path folder, String command) {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
        String java = System.getProperty("java.home");
        shell.environment().put("JAVA_HOME", java);
        shell.environment()
                .merge(
                        "PATH",
                        java + "/bin:" + System.getProperty("maven.home") + "/bin",
                        (old, own) -> own + ":" + old);
        shell.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + repository.root());
        // None of them lives long.
        shell.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        shell.redirectError(ProcessBuilder.Redirect.INHERIT);
        return shell;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path place = to.resolve(from.relativize(file).toString());
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
