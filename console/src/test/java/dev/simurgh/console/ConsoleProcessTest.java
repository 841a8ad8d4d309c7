package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.simurgh.channel.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console in a process of its own, at a pipe and at a real terminal. */
@Timeout(180)
class ConsoleProcessTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path folder;

    /** The child: a node with a console. */
    static final class Child {
        public static void main(String[] arguments) {
            try (Endpoint endpoint =
                    Endpoint.builder().nodeName("child@127.0.0.1").build()) {
                Console.of(endpoint).history(Path.of(arguments[0])).run();
                System.out.println("left");
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            System.exit(0);
        }
    }

    @Test
    void aPipeGetsPromptsAndAnswersAndNothingElse() throws Exception {
        Path errors = folder.resolve("errors");
        Process child =
                new ProcessBuilder(command()).redirectError(errors.toFile()).start();
        try (OutputStream in = child.getOutputStream()) {
            in.write("node.list()\nSystem.out.println(\"hello\")\n".getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).isZero();
        assertThat(out).isEqualTo("child@127.0.0.1> ==> []\nchild@127.0.0.1> hello\nok\nchild@127.0.0.1> \nleft\n");
        assertThat(errors).isEmptyFile();
        assertThat(folder.resolve("history")).doesNotExist();
    }

    @Test
    void aJavaWithoutJShellIsToldSo() throws Exception {
        Process child = new ProcessBuilder(command("--limit-modules", "java.se,jdk.unsupported"))
                .redirectErrorStream(true)
                .start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).isZero();
        assertThat(out)
                .isEqualTo(
                        "console: this Java has no module jdk.jshell (expected: a JDK, or a runtime image made with it)\n");
    }

    @Test
    void aTerminalCompletesRemembersAndIsLeftAsItWas() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1)");
        // A shell that runs tests in the background lets them ignore SIGINT, which all that they start would inherit.
        Path settings = folder.resolve("settings");
        String inside =
                "env --default-signal=INT " + String.join(" ", quoted(command())) + "; stty -a > '" + settings + "'";
        ProcessBuilder builder =
                new ProcessBuilder("/usr/bin/script", "-qfec", inside, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        Process script = builder.start();
        Shown screen = screen(script);
        try (OutputStream keys = script.getOutputStream()) {
            screen.await("child@127.0.0.1> ");
            type(keys, "node.sel\t");
            screen.await("self()");
            type(keys, "\r");
            screen.await("==> \"child@127.0.0.1\"");
            screen.await("child@127.0.0.1> ");
            type(keys, "{ System.out.println(\"run\" + \"ning\"); Thread.sleep(1_000_000); }\r");
            screen.await("running");
            type(keys, Typist.CTRL_C);
            screen.await("sleep interrupted");
            screen.await("child@127.0.0.1> ");
            type(keys, Typist.CTRL_D);
            screen.await("left");
            assertThat(script.waitFor(60, TimeUnit.SECONDS))
                    .withFailMessage(() -> "not ended:\n" + screen + stacks(script))
                    .isTrue();
        } finally {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
        assertThat(settings).content().containsPattern("(?m)^isig icanon iexten echo ");
        assertThat(folder.resolve("history")).content().contains("node.self()");
    }

    private static Shown screen(Process process) {
        Shown shown = new Shown();
        Thread reader = new Thread(() -> {
            try (Reader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (int c = out.read(); c >= 0; c = out.read()) {
                    shown.add((char) c);
                }
            } catch (IOException e) {
                // The process was destroyed.
            }
        });
        reader.setDaemon(true);
        reader.start();
        return shown;
    }

    /** What the threads of all that runs in there are doing. */
    private static String stacks(Process process) {
        return process.descendants().map(ConsoleProcessTest::stacks).collect(Collectors.joining("\n"));
    }

    private static String stacks(ProcessHandle process) {
        try {
            String jcmd = Path.of(JAVA).resolveSibling("jcmd").toString();
            Process dump = new ProcessBuilder(jcmd, String.valueOf(process.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            return process.info().command().orElse("?") + "\n"
                    + new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void type(OutputStream keys, String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    private List<String> command(String... options) {
        List<String> command =
                new ArrayList<>(List.of(JAVA, "-Dslf4j.internal.verbosity=ERROR", "-Duser.home=" + folder));
        command.addAll(List.of(options));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.resolve("history").toString()));
        return command;
    }

    private static List<String> quoted(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").toList();
    }
}
