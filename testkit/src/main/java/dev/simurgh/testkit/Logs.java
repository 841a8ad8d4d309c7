package dev.simurgh.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What was logged in one case, through SLF4J with Logback, at levels that Logback's configuration lets pass. A line belongs to the case whose
 * work it is, whichever thread does that: its connects, joins, handlers, timers and parts. What a test logs itself belongs to all cases that
 * it has open on its thread. So tests that run in parallel do not see each other's lines, and neither do two nodes in one test. For threads
 * of the application's own see {@link #hearing}.
 */
public final class Logs {
    /** To whom a line belongs that a thread logs. */
    private record Hearers(List<Logs> cases, boolean isWork) {
        static final Hearers NOBODY = new Hearers(List.of(), false);
    }

    private static final ThreadLocal<Hearers> HEARERS = ThreadLocal.withInitial(() -> Hearers.NOBODY);

    /** One line, and what was thrown with it. */
    record Line(
            Level level,
            String logger,
            String message,
            @Nullable Throwable thrown) {
        @Override
        public String toString() {
            return level + " " + logger + " " + message + (thrown == null ? "" : ": " + Thrown.words(thrown));
        }
    }

    private final ChannelCase kit;
    private final List<Line> lines = new ArrayList<>();
    private final Hearers onlyThis = new Hearers(List.of(this), true);
    private volatile boolean closed;

    Logs(ChannelCase kit) {
        this.kit = kit;
        if (isLogback()) {
            LogbackCapture.install();
        }
    }

    private static boolean isLogback() {
        return LoggerFactory.getILoggerFactory().getClass().getName().startsWith("ch.qos.logback.");
    }

    /**
     * Has this case hear what the thread logs, if it is one of a test. It is one that uses the case: that need not be the one that has made
     * it, since a test with a time limit has a thread of its own.
     */
    void open() {
        Hearers before = HEARERS.get();
        if (!closed && !before.isWork && !before.cases.contains(this)) {
            HEARERS.set(new Hearers(
                    Stream.concat(stillOpen(before), Stream.of(this)).toList(), false));
        }
    }

    /** Hears nothing any more, on whatever thread. */
    void close() {
        closed = true;
        Hearers before = HEARERS.get();
        if (!before.isWork) {
            HEARERS.set(new Hearers(stillOpen(before).toList(), false));
        }
    }

    /** Forgets what was logged so far. */
    synchronized void forget() {
        lines.clear();
    }

    private static Stream<Logs> stillOpen(Hearers hearers) {
        return hearers.cases.stream().filter(logs -> !logs.closed);
    }

    static void logged(Line line) {
        HEARERS.get().cases.forEach(logs -> logs.add(line));
    }

    private synchronized void add(Line line) {
        if (!closed) {
            lines.add(line);
        }
    }

    /**
     * Makes a task whose lines belong to this case and no other, whichever thread runs it: for threads that the kit does not know, such as
     * those of a client library or a {@code CompletableFuture}.
     */
    public Runnable hearing(Runnable task) {
        return new Heard(task);
    }

    /** Makes something that logs in this case. */
    <T> T hearing(Supplier<T> make) {
        AtomicReference<@Nullable T> made = new AtomicReference<>();
        hearing(() -> made.set(make.get())).run();
        return Objects.requireNonNull(made.get());
    }

    private final class Heard implements Runnable {
        private final Runnable task;

        Heard(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            Hearers before = HEARERS.get();
            HEARERS.set(onlyThis);
            try {
                task.run();
            } finally {
                HEARERS.set(before);
            }
        }

        @Override
        public String toString() {
            return task.toString();
        }
    }

    /** Who hears this thread now, to be heard in what it sets off on others. */
    static UnaryOperator<Runnable> current() {
        Hearers now = HEARERS.get();
        return now.isWork ? task -> now.cases.get(0).hearing(task) : task -> task;
    }

    /** The lines so far: level, logger, message, and what was thrown. */
    public synchronized List<String> lines() {
        return lines.stream().map(Line::toString).toList();
    }

    /**
     * Asserts that a line of this level contains the text, in its logger's name, its message or what was thrown.
     *
     * @throws AssertionError if there is none; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback
     */
    public Logs assertLogged(Level level, String text) {
        return assertLogged(level, words(text), line -> isLike(line, level, text));
    }

    /**
     * As {@link #assertLogged(Level, String)}, of a line that was logged with an exception of this class.
     *
     * @throws AssertionError if there is none; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback
     */
    public Logs assertLogged(Level level, String text, Class<? extends Throwable> thrown) {
        return assertLogged(
                level, words(text, thrown), line -> isLike(line, level, text) && thrown.isInstance(line.thrown));
    }

    private Logs assertLogged(Level level, String expected, Predicate<Line> wanted) {
        requireLogback();
        return kit.await(
                kit.patience(),
                () -> isLogged(wanted) ? this : null,
                () -> failure("assertLogged", level + " with " + expected));
    }

    /**
     * Asserts that no line of this level contains the text. With a {@link ChannelCase.Builder#scheduler} it waits until nothing runs on it any
     * more.
     *
     * @throws AssertionError if there is one; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback, or Logback lets no line of this level pass
     */
    public Logs refuteLogged(Level level, String text) {
        return refuteLogged(level, words(text), line -> isLike(line, level, text));
    }

    /**
     * As {@link #refuteLogged(Level, String)}, of a line that was logged with an exception of this class.
     *
     * @throws AssertionError if there is one; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback, or Logback lets no line of this level pass
     */
    public Logs refuteLogged(Level level, String text, Class<? extends Throwable> thrown) {
        return refuteLogged(
                level, words(text, thrown), line -> isLike(line, level, text) && thrown.isInstance(line.thrown));
    }

    private Logs refuteLogged(Level level, String unwanted, Predicate<Line> like) {
        requireLogback();
        if (!LogbackCapture.isPassed(level)) {
            throw new IllegalStateException(
                    "refuteLogged: " + level + ", of which Logback lets no line pass, so nothing"
                            + " could be told (expected: a level that the Logback configuration of the tests has)");
        }
        kit.rest(kit.patience(), "refuteLogged");
        if (isLogged(like)) {
            throw failure("refuteLogged", "no " + level + " with " + unwanted);
        }
        return this;
    }

    private static String words(String text) {
        return '"' + text + '"';
    }

    private static String words(String text, Class<? extends Throwable> thrown) {
        return words(text) + " and a " + thrown.getName();
    }

    private static boolean isLike(Line line, Level level, String text) {
        return line.level == level && line.toString().contains(text);
    }

    private synchronized boolean isLogged(Predicate<Line> wanted) {
        return lines.stream().anyMatch(wanted);
    }

    private static void requireLogback() {
        if (!isLogback()) {
            throw new IllegalStateException("logs: SLF4J is bound to "
                    + LoggerFactory.getILoggerFactory().getClass().getName()
                    + " (expected: logback-classic on the class path of the tests)");
        }
    }

    private AssertionError failure(String assertion, String expected) {
        List<String> all = lines();
        return new AssertionError(assertion + "\n  expected: " + expected + "\n  logged:\n    "
                + (all.isEmpty() ? "(nothing)" : String.join("\n    ", all)));
    }
}
