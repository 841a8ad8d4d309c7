package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The application with devtools, in a process of its own, whose classes are compiled from its source again and again. */
final class RestartedProcess implements AutoCloseable {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final String SOURCE = "dev/simurgh/spring/restarted/RestartedApplication.java";
    private static final String TRIGGER = ".restart";
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final Path folder;
    private final Path classes;
    private final String others;
    private final Path log;
    private final Process process;

    /**
     * Starts the first generation.
     *
     * @param jars which other jars of the class path devtools are to load anew, a pattern of their addresses; blank: none
     */
    RestartedProcess(Path folder, String without, String jars, List<String> properties) throws IOException {
        this.folder = folder;
        this.classes = folder.resolve("classes");
        this.others = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes")
                        && !Path.of(entry).getFileName().toString().matches(without))
                .reduce((one, next) -> one + File.pathSeparator + next)
                .orElseThrow();
        this.log = folder.resolve("log.txt");
        compile(1);
        Path settings = classes.resolve("META-INF/spring-devtools.properties");
        Files.createDirectories(settings.getParent());
        // The modules are folders, too, in a build that has not packed them.
        Files.writeString(
                settings,
                jars.isEmpty() ? "restart.exclude.modules=/target/classes/" : "restart.include.modules=" + jars);
        Files.writeString(classes.resolve(TRIGGER), "1");
        List<String> command = new ArrayList<>(List.of(
                JAVA.resolve("java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:SoftRefLRUPolicyMSPerMB=0", // as near the end of the heap
                "-Xmx256m",
                "-cp",
                classes + File.pathSeparator + others,
                "dev.simurgh.spring.restarted.RestartedApplication",
                "--spring.devtools.livereload.enabled=false",
                "--spring.devtools.restart.trigger-file=" + TRIGGER,
                "--spring.devtools.restart.poll-interval=60ms",
                "--spring.devtools.restart.quiet-period=50ms"));
        properties.forEach(property -> command.add("--" + property));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Has the next generation started. */
    void restart(int generation) throws IOException {
        compile(generation);
        Files.writeString(classes.resolve(TRIGGER), String.valueOf(generation));
    }

    private void compile(int generation) throws IOException {
        Path sources = Stream.of("src/test/java", "../spring-boot-starter/src/test/java")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve(SOURCE)))
                .findFirst()
                .orElseThrow();
        Path changed = folder.resolve("sources").resolve(SOURCE);
        Files.createDirectories(changed.getParent());
        Files.writeString(
                changed,
                Files.readString(sources.resolve(SOURCE))
                        .replace("GENERATION = 0;", "GENERATION = " + generation + ";"));
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-parameters", "-d", classes.toString(), "-cp", others);
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(changed))
                            .call())
                    .isTrue();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** How many objects of each class are there behind a full collection, of those whose names match. */
    Map<String, Long> objects(Pattern wanted) throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        jcmd("GC.class_histogram")
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(row -> row.length >= 4)
                .forEach(row -> {
                    if (wanted.matcher(row[3]).find()) {
                        counts.put(row[3], Long.parseLong(row[1]));
                    }
                });
        return counts;
    }

    /** How many threads there are of each name; numbers in it do not count. */
    Map<String, Long> threads() throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        jcmd("Thread.print").lines().filter(line -> line.startsWith("\"")).forEach(line -> {
            String name = line.substring(1, line.indexOf('"', 1));
            counts.merge(NUMBER.matcher(name).replaceAll("N"), 1L, Long::sum);
        });
        return counts;
    }

    /** How many descriptors are open of each kind; none where the system does not show it. */
    Map<String, Long> descriptors() throws IOException {
        Path all = Path.of("/proc/" + process.pid() + "/fd");
        Map<String, Long> counts = new TreeMap<>();
        if (!Files.isDirectory(all)) {
            return counts;
        }
        try (Stream<Path> each = Files.list(all)) {
            for (Path descriptor : each.toList()) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    Matcher numbers = NUMBER.matcher(target);
                    counts.merge(target.startsWith("/") ? target : numbers.replaceAll("N"), 1L, Long::sum);
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
        }
        return counts;
    }

    private String jcmd(String command) throws Exception {
        Process jcmd = new ProcessBuilder(JAVA.resolve("jcmd").toString(), String.valueOf(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        jcmd.getOutputStream().close();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }
}
