package dev.simurgh.console;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.Node;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.lang.model.SourceVersion;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * A live prompt inside this JVM: what is typed at its terminal is compiled and run as Java, and sees the node's own objects. It opens no
 * network port. Whoever can type there can do anything that the node can.
 *
 * <pre>{@code
 * Console.of(endpoint).bind("orders", orders).run(); // until Ctrl-D or /exit
 * }</pre>
 *
 * <p>Two names are there from the start: {@code endpoint} and {@code node}. If input or output is not a terminal, lines are read to the end
 * of the input, without echo, history or escape sequences.
 */
public final class Console implements AutoCloseable {
    private static final String MODULE = "jdk.jshell";
    private static final int CLOSE_SECONDS = 1;

    private final Endpoint endpoint;
    private final Map<String, Bound.Value> bound = new LinkedHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private Path history = defaultHistory();
    private volatile boolean closed;
    private volatile @Nullable Running running;

    /** What there is to end from another thread. */
    private record Running(Startup startup, Lines lines, Thread thread) {}

    private Console(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Starts the description of a console for an endpoint.
     *
     * @throws IllegalStateException if this Java has no module jdk.jshell
     */
    public static Console of(Endpoint endpoint) {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            throw new IllegalStateException("console: this Java has no module " + MODULE
                    + " (expected: a JDK, or a runtime image made with it)");
        }
        return new Console(endpoint)
                .bind("endpoint", Endpoint.class, endpoint)
                .bind("node", Node.class, endpoint.node());
    }

    /**
     * Gives an object a name, under which snippets see it as what it is.
     *
     * @throws IllegalArgumentException if the name cannot name a variable or is taken, or if snippets could not name the object's class
     */
    public Console bind(String name, Object object) {
        return add(name, object.getClass(), object);
    }

    /**
     * Gives an object a name, under which snippets see it as this type: for objects whose class is not public.
     *
     * @throws IllegalArgumentException if the name cannot name a variable or is taken, or if snippets could not name the type
     */
    public <T> Console bind(String name, Class<T> type, T object) {
        return add(name, type, object);
    }

    private Console add(String name, Class<?> type, Object object) {
        Objects.requireNonNull(object, "object");
        if (!SourceVersion.isIdentifier(name) || SourceVersion.isKeyword(name)) {
            throw new IllegalArgumentException("name: " + name + " (expected: the name of a variable)");
        }
        if (Commands.leaves(name)) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: another one, as " + name + " leaves the console)");
        }
        if (!canBeNamed(type)) {
            throw new IllegalArgumentException(name + ": " + type.getName()
                    + " (expected: a public class in a named package, or bind(name, type, object) with such a type)");
        }
        if (bound.putIfAbsent(name, new Bound.Value(type, object)) != null) {
            throw new IllegalArgumentException("name: " + name + " twice (expected: one object for each name)");
        }
        return this;
    }

    private static boolean canBeNamed(Class<?> type) {
        boolean open = type.getCanonicalName() != null && !type.getPackageName().isEmpty();
        for (Class<?> part = type; part != null; part = part.getEnclosingClass()) {
            open &= Modifier.isPublic(part.getModifiers());
        }
        return open;
    }

    /**
     * Keeps the lines that were typed in this file; default {@code .simurgh_history} in the folder that the environment's
     * {@code HOME} names, or else in the home that the system has for the user. Lines that start with a space are
     * not kept, nor lines in which there is {@code secret}, {@code password}, {@code passwd}, {@code token} or {@code credential}.
     */
    public Console history(Path file) {
        history = file;
        return this;
    }

    /**
     * Reads and runs what is typed, on the calling thread, until the user leaves by Ctrl-D, {@code /exit}, {@code exit}, {@code quit} or
     * {@code :q}, or the input ends. What a line
     * throws is shown, and never thrown here.
     *
     * @throws IllegalStateException if it ran before, or if JShell does not start
     */
    public void run() {
        run(this::open);
    }

    private Lines open(Supplier<Snippets> snippets) {
        Optional<Terminal> terminal = TerminalLines.ofProcess();
        return terminal.isPresent()
                ? new TerminalLines(terminal.get(), prompt(), history, snippets)
                : new PipedLines(System.in, System.out, prompt(), snippets);
    }

    private static Path defaultHistory() {
        String home = System.getenv("HOME"); // the property user.home does not follow it
        return Path.of(
                home == null || home.isEmpty() ? System.getProperty("user.home", ".") : home, ".simurgh_history");
    }

    String prompt() {
        return endpoint.node().self() + "> ";
    }

    Path history() {
        return history;
    }

    /** Where lines come from, given what to ask about them. */
    interface Opener {
        Lines open(Supplier<Snippets> snippets);
    }

    void run(Opener opener) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("run twice (expected: a console of its own for each run)");
        }
        try (Startup startup = new Startup(bound);
                Lines open = opener.open(startup::snippets)) {
            running = new Running(startup, open, Thread.currentThread());
            open.onInterrupt(startup::stop);
            readAndRun(open, startup);
        } finally {
            ended.countDown();
        }
    }

    private void readAndRun(Lines open, Startup startup) {
        Commands commands = new Commands(endpoint, bound);
        while (!closed) {
            String input = open.read();
            if (input == null || Commands.leaves(input)) {
                return;
            }
            String answer = Commands.isCommand(input)
                    ? commands.run(input)
                    : startup.snippets().run(input);
            if (!answer.isEmpty()) {
                open.print(answer);
            }
        }
    }

    /**
     * Ends a console that runs on another thread, and gives it a second to put the terminal back as it was. A shutdown hook should call
     * this. What a snippet is doing is interrupted. Harmless if it does not run.
     */
    @Override
    public void close() {
        closed = true;
        Running now = running;
        if (now == null || Thread.currentThread() == now.thread()) {
            return;
        }
        now.startup().stop();
        now.lines().interrupt();
        try {
            ended.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
