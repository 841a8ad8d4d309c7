package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program in a process of its own, at a terminal that script(1) makes for it. */
final class TerminalProcess implements AutoCloseable {
    static final Path SCRIPT = Path.of("/usr/bin/script");

    private final Process script;
    private final OutputStream keys;
    private final Shown shown = new Shown();

    /** Starts a program, and behind it what the shell is to do then. */
    TerminalProcess(List<String> command, String then) throws IOException {
        String words = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        // Ctrl-C goes to the shell too, and not every shell would go on behind the program then. What it ignores would
        // be ignored by all that it starts, as would what is ignored by a shell that runs tests in the background.
        String line = "trap '' INT; env --default-signal=INT " + words + then;
        ProcessBuilder builder =
                new ProcessBuilder(SCRIPT.toString(), "-qfec", line, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("SHELL", "/bin/sh"); // script takes whatever shell this names
        script = builder.start();
        keys = script.getOutputStream();
        Thread reader = new Thread(this::read, "terminal");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (Reader out = script.inputReader(StandardCharsets.UTF_8)) {
            for (int c = out.read(); c >= 0; c = out.read()) {
                shown.add((char) c);
            }
        } catch (IOException e) {
            // The process was destroyed.
        }
        shown.end();
    }

    TerminalProcess type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
        return this;
    }

    TerminalProcess await(String text) throws InterruptedException {
        shown.await(text);
        return this;
    }

    void awaitEnd() throws InterruptedException {
        assertThat(script.waitFor(60, TimeUnit.SECONDS))
                .withFailMessage(() -> "not ended:\n" + shown + stacks())
                .isTrue();
    }

    /** The Java that runs in there. */
    ProcessHandle java() {
        return script.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    /** What the threads of all that runs in there are doing. */
    private String stacks() {
        return script.descendants().map(TerminalProcess::stacks).collect(Collectors.joining("\n"));
    }

    private static String stacks(ProcessHandle process) {
        try {
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            Process dump = new ProcessBuilder(jcmd, String.valueOf(process.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            return process.info().command().orElse("?") + "\n"
                    + new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }
}
