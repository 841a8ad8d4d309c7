package dev.simurgh.console;

import java.io.IOError;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalExt;
import org.jline.terminal.spi.TerminalProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A terminal with a line editor. While it is open, {@link System#out} goes above the prompt, so that a log does not tear the line that is
 * being typed; {@link System#err} too, if it is this terminal.
 */
final class TerminalLines implements Lines {
    private static final Logger log = LoggerFactory.getLogger(TerminalLines.class);

    private final Terminal terminal;
    private final LineReader reader;
    private final String prompt;
    private final Screen screen;
    private final TerminalSignals signals;
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final PrintStream ownOut;
    private final PrintStream ownErr;
    private volatile @Nullable Thread reading;
    private volatile boolean ended;

    TerminalLines(Terminal terminal, String prompt, Path history, Supplier<Snippets> snippets) {
        this.terminal = terminal;
        this.prompt = prompt.replace("%", "%%"); // a prompt is a pattern to JLine
        JavaWords words = new JavaWords(snippets);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("simurgh")
                .parser(words)
                .completer(words)
                .history(new SafeHistory(this::warn))
                .variable(LineReader.HISTORY_FILE, history)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P.> ")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is Java here
                .option(LineReader.Option.COMPLETE_MATCHER_TYPO, false)
                .option(LineReader.Option.AUTO_FRESH_LINE, true)
                .build();
        screen = new Screen(reader::printAbove, systemOut);
        ownOut = screen.stream(Charset.defaultCharset());
        ownErr = screen.stream(Charset.defaultCharset());
        System.setOut(ownOut);
        if (isErrorATerminal(terminal)) {
            System.setErr(ownErr);
        }
        signals = new TerminalSignals(terminal);
        screen.show(Commands.GREETING);
    }

    /** Shows a line soon. To wait for it would be for ever: JLine holds the lock that the screen needs while it keeps the history. */
    private void warn(String line) {
        screen.print(line);
    }

    /** Whether errors are for the terminal too, and were not sent elsewhere by whoever started the process. */
    private static boolean isErrorATerminal(Terminal terminal) {
        TerminalProvider provider = terminal instanceof TerminalExt system ? system.getProvider() : null;
        return provider != null && provider.isSystemStream(SystemStream.Error);
    }

    /** The terminal of this process; empty if its input or output is none, or one that can do nothing. */
    static Optional<Terminal> ofProcess() {
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .name("simurgh")
                    .system(true)
                    .systemOutput(TerminalBuilder.SystemOutput.SysOut)
                    .dumb(false)
                    .nativeSignals(false) // they are handled for as long as the console is open
                    .graphemeCluster(false) // to ask the terminal for it would swallow what was typed early
                    .build();
            // JLine shows no prompt in no columns, which is what script(1) gives if it has no terminal itself.
            if (terminal.getSize().getColumns() <= 0) {
                terminal.setSize(Size.of(80, 24));
            }
            return Optional.of(terminal);
        } catch (IllegalStateException | IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public @Nullable String read() {
        reading = Thread.currentThread();
        try {
            if (ended) { // asked for before there was a thread to interrupt
                return null;
            }
            String line = reader.readLine(prompt);
            return Thread.interrupted() ? "" : line; // Ctrl-C came just as the line was done, and takes it back
        } catch (UserInterruptException e) {
            Thread.interrupted(); // what it says, it may also have left set
            return "";
        } catch (EndOfFileException e) {
            return null;
        } catch (Startup.Failed e) {
            throw e;
        } catch (IllegalStateException | IOError e) {
            log.debug("terminal closed", e); // as JLine does by itself when the JVM is told to end
            return null;
        } finally {
            reading = null;
        }
    }

    @Override
    public void print(String text) {
        screen.show(text);
    }

    @Override
    public void onInterrupt(Runnable action) {
        terminal.handle(Terminal.Signal.INT, signal -> action.run());
    }

    @Override
    public void interrupt() {
        ended = true;
        Thread thread = reading;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        screen.flush();
        if (System.out == ownOut) {
            System.setOut(systemOut);
        }
        if (System.err == ownErr) {
            System.setErr(systemErr);
        }
        screen.close();
        signals.close();
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("console: terminal could not be closed", e);
        }
    }
}
