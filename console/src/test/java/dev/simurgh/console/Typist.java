package dev.simurgh.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** Types at a terminal that exists in memory only, and reads its screen. */
final class Typist {
    static final String CTRL_C = "\u0003";
    static final String CTRL_D = "\u0004";
    static final String UP = "\u001bOA";

    private final PipedOutputStream keys = new PipedOutputStream();
    private final Shown shown = new Shown();
    private volatile CountDownLatch flow = new CountDownLatch(0);
    private final Terminal terminal;
    private final Console console;
    private final Thread thread;

    Typist(Console console, Path history) throws IOException {
        this.console = console;
        terminal = new ExternalTerminal(
                "memory", "xterm", new PipedInputStream(keys, 65_536), new Screen(), StandardCharsets.UTF_8);
        thread = new Thread(
                () -> console.run(snippets -> new TerminalLines(terminal, console.prompt(), history, snippets)));
        thread.start();
    }

    /** Collects what is written. */
    private final class Screen extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            try {
                flow.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            shown.add((char) b);
        }
    }

    /** Takes nothing until {@link #goOn}, as a terminal after Ctrl-S. */
    void standStill() {
        flow = new CountDownLatch(1);
    }

    /** Takes all again, as a terminal after Ctrl-Q. */
    Typist goOn() {
        flow.countDown();
        return this;
    }

    Typist type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
        return this;
    }

    /** Waits until this text stands on the screen, behind what was awaited before. */
    Typist await(String text) throws InterruptedException {
        shown.await(text);
        return this;
    }

    void awaitEnd() throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(60));
        if (thread.isAlive()) {
            throw new AssertionError("console still runs:\n" + shown);
        }
    }

    /** Ends the console from outside. */
    void close() throws IOException, InterruptedException {
        console.close();
        keys.close();
        awaitEnd();
    }
}
