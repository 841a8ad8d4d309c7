package dev.simurgh.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What was logged during one test, through SLF4J with Logback, at levels that Logback's configuration lets pass. Tests that run in
 * parallel do not see each other's lines: a line belongs to the tests that are open on the thread that logs it. That is where the kit
 * runs connects, joins and handlers; for another thread see {@link #hearing}.
 */
public final class Logs {
    private static final ThreadLocal<List<Logs>> OPEN = ThreadLocal.withInitial(List::of);

    /** One line, and what was thrown with it. */
    record Line(
            Level level,
            String logger,
            String message,
            @Nullable Throwable thrown) {
        @Override
        public String toString() {
            return level + " " + logger + " " + message + (thrown == null ? "" : ": " + thrown);
        }
    }

    private final List<Line> lines = new ArrayList<>();

    Logs() {
        if (isLogback()) {
            LogbackCapture.install();
        }
    }

    private static boolean isLogback() {
        return LoggerFactory.getILoggerFactory().getClass().getName().startsWith("ch.qos.logback.");
    }

    void open() {
        OPEN.set(with(OPEN.get()));
    }

    void close() {
        OPEN.set(OPEN.get().stream().filter(other -> other != this).toList());
        if (OPEN.get().isEmpty()) {
            OPEN.remove();
        }
    }

    private List<Logs> with(List<Logs> others) {
        if (others.contains(this)) {
            return others;
        }
        List<Logs> all = new ArrayList<>(others);
        all.add(this);
        return List.copyOf(all);
    }

    static void logged(Line line) {
        OPEN.get().forEach(logs -> logs.add(line));
    }

    private synchronized void add(Line line) {
        lines.add(line);
    }

    /** Makes a task whose lines belong to this test, whichever thread runs it: for threads that the kit does not know. */
    public Runnable hearing(Runnable task) {
        return () -> {
            List<Logs> before = OPEN.get();
            OPEN.set(with(before));
            try {
                task.run();
            } finally {
                OPEN.set(before);
            }
        };
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
        if (!isLogged(level, text)) {
            throw failure("assertLogged", level + " with \"" + text + "\"");
        }
        return this;
    }

    /**
     * As {@link #assertLogged(Level, String)}, of a line that was logged with an exception of this class.
     *
     * @throws AssertionError if there is none; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback
     */
    public synchronized Logs assertLogged(Level level, String text, Class<? extends Throwable> thrown) {
        requireLogback();
        if (lines.stream()
                .noneMatch(line ->
                        line.level == level && line.toString().contains(text) && thrown.isInstance(line.thrown))) {
            throw failure("assertLogged", level + " with \"" + text + "\" and a " + thrown.getName());
        }
        return this;
    }

    /**
     * Asserts that no line of this level contains the text.
     *
     * @throws AssertionError if there is one; shows all lines
     * @throws IllegalStateException if SLF4J is not bound to Logback
     */
    public Logs refuteLogged(Level level, String text) {
        if (isLogged(level, text)) {
            throw failure("refuteLogged", "no " + level + " with \"" + text + "\"");
        }
        return this;
    }

    private synchronized boolean isLogged(Level level, String text) {
        requireLogback();
        return lines.stream()
                .anyMatch(line -> line.level == level
                        && Objects.requireNonNull(line.toString()).contains(text));
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
