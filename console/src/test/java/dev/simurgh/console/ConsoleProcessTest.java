package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.simurgh.channel.Endpoint;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console in a process of its own, at a pipe and at a real terminal. */
@Timeout(180)
class ConsoleProcessTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final String PROMPT = "child@127.0.0.1> ";
    private static final int SIGNALS = 300;

    @TempDir
    Path folder;

    /** The child: a node with a console. */
    static final class Child {
        public static void main(String[] arguments) {
            try (Endpoint endpoint =
                    Endpoint.builder().nodeName("child@127.0.0.1").build()) {
                Console console = Console.of(endpoint);
                (arguments.length == 0 ? console : console.history(Path.of(arguments[0]))).run();
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
        Path settings = folder.resolve("settings");
        try (TerminalProcess child = terminal("; stty -a > '" + settings + "'")) {
            child.type("node.sel\t").await("self()");
            child.type("\r").await("==> \"child@127.0.0.1\"").await(PROMPT);
            child.type("{ System.out.println(\"run\" + \"ning\"); Thread.sleep(1_000_000); }\r")
                    .await("running");
            child.type(Typist.CTRL_C).await("sleep interrupted").await(PROMPT);
            child.type(Typist.CTRL_D).await("left").awaitEnd();
        }
        assertThat(settings).content().containsPattern("(?m)^isig icanon iexten echo ");
        assertThat(folder.resolve("history")).content().contains("node.self()");
    }

    @Test
    void theHistoryIsInTheHomeThatTheEnvironmentNames() throws Exception {
        List<String> command = command();
        command.remove(command.size() - 1);
        command.addAll(0, List.of("env", "HOME=" + folder));
        command.remove("-Duser.home=" + folder);
        assumeTrue(Files.isExecutable(TerminalProcess.SCRIPT), "no script(1)");
        try (TerminalProcess child = new TerminalProcess(command, "").await(PROMPT)) {
            child.type("1 + 41\r").await("==> 42").await(PROMPT);
            child.type("exit\r").await("left").awaitEnd();
        }
        assertThat(folder.resolve(".simurgh_history")).content().contains("1 + 41");
    }

    @Test
    void exitEndsWithItsStatus() throws Exception {
        Process child = new ProcessBuilder(command()).redirectErrorStream(true).start();
        try (OutputStream in = child.getOutputStream()) {
            in.write("System.exit(3)\n".getBytes(StandardCharsets.UTF_8));
        }
        child.getInputStream().readAllBytes();

        assertThat(child.waitFor()).isEqualTo(3);
    }

    @Test
    void aSignalThatComesBetweenTwoLinesDoesNotEndTheNode() throws Exception {
        try (TerminalProcess child = terminal("")) {
            child.type("\"wa\" + \"rm\"\r").await("warm").await(PROMPT);
            String java = String.valueOf(child.java().pid());
            for (int i = 0; i < SIGNALS; i++) {
                child.type("\r");
                new ProcessBuilder("kill", "-INT", java).start().waitFor();
            }
            child.type("\"set\" + \"tled\"\r".repeat(10)); // the last signal may clear the first of them
            child.await("settled");
        }
    }

    @Test
    void errorsThatGoToAFileStillDo() throws Exception {
        Path errors = folder.resolve("errors");
        try (TerminalProcess child = terminal(" 2> '" + errors + "'")) {
            child.type("System.err.println(\"for the \" + \"file\")\r")
                    .await("ok")
                    .await(PROMPT);
            child.type(Typist.CTRL_D).await("left").awaitEnd();
        }
        assertThat(errors).content().contains("for the file\n");
    }

    /** The child at a terminal, and what the shell is to do with it or behind it. */
    private TerminalProcess terminal(String then) throws Exception {
        assumeTrue(Files.isExecutable(TerminalProcess.SCRIPT), "no script(1)");
        return new TerminalProcess(command(), then).await(PROMPT);
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-Dslf4j.internal.verbosity=ERROR", "-Duser.home=" + folder));
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
}
