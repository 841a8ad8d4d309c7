package dev.simurgh.channel.spi;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs what clients can set off, without letting them fill the log: in {@value #SECONDS} s at most {@value #LINES} lines of a kind are
 * written, and a line about how many more there were. What is written is the client's words only as far as {@link #shown} lets them
 * through. For channels and transports; for any thread.
 *
 * <p>A kind is a logger and the text of the line with its placeholders, so the text must be a constant.
 */
public final class ClientLog {
    private static final int SECONDS = 10;
    private static final Duration WINDOW = Duration.ofSeconds(SECONDS);
    private static final int LINES = 10;
    private static final int LONGEST = 100;
    private static final int MOST_KINDS = 256;
    private static final int ONCE_MINUTES = 10;
    private static final Duration ONCE_WINDOW = Duration.ofMinutes(ONCE_MINUTES);
    private static final int ONCE_LINES = 10;
    private static final int ONCE_LONGEST = 1000;

    /** Failures are told apart by what was thrown and where, what is told once by what it is about. */
    private record Kind(String logger, String text, String detail) {}

    private final Timers timers;
    private final ConcurrentHashMap<Kind, Window> windows = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Kind, Window> onceWindows = new ConcurrentHashMap<>();

    /** Makes a log that has written nothing yet. Windows of time go by these timers. */
    public ClientLog(Timers timers) {
        this.timers = timers;
    }

    /** Text of a client's making, as it may stand in a log: at most {@value #LONGEST} characters, none of which begins a new line. */
    public static String shown(String text) {
        return shown(text, LONGEST);
    }

    /** As {@link #shown(String)}, cut at another length. */
    public static String shown(String text, int longest) {
        int length = Math.min(text.length(), longest);
        for (int i = 0; i < length; i++) {
            if (isUnsafe(text.charAt(i))) {
                return clean(text, length);
            }
        }
        return length == text.length() ? text : text.substring(0, length) + "…";
    }

    private static String clean(String text, int length) {
        StringBuilder clean = new StringBuilder(length + 1);
        for (int i = 0; i < length; i++) {
            clean.append(isUnsafe(text.charAt(i)) ? '?' : text.charAt(i));
        }
        return length == text.length() ? clean.toString() : clean.append('…').toString();
    }

    /** What ends a line for some viewer of logs, what steers a terminal, and what turns the direction of writing. */
    private static boolean isUnsafe(char c) {
        return Character.isISOControl(c)
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }

    /**
     * Writes a line, if there is room for one of its kind. Arguments that are text are {@linkplain #shown(String) shown}.
     *
     * @param text a constant, with {@code {}} for each argument
     */
    public void line(Logger log, Level level, String text, Object... args) {
        if (log.isEnabledForLevel(level)) {
            switch (window(new Kind(log.getName(), text, "")).take(log, level, text, "")) {
                case FIRST, ANOTHER -> log.atLevel(level).log(text, shownAll(args, LONGEST));
                case NONE -> {}
            }
        }
    }

    /**
     * Writes a line the first time that something happens, for mistakes that are made with each message until somebody mends them: of what
     * it is about, the same once in {@value #ONCE_MINUTES} minutes, and at most {@value #ONCE_LINES} that differ. A line about how many more
     * there were follows. Arguments that are text are shown, up to {@value #ONCE_LONGEST} characters.
     *
     * @param about what it is about, such as an event of a channel; not of a client's making, so that there are few
     * @param same what makes it the same as another; a client may have a hand in it
     * @param text a constant, with {@code {}} for each argument
     * @return whether it was written
     */
    public boolean once(Logger log, Level level, String about, String same, String text, Object... args) {
        if (!log.isEnabledForLevel(level)) {
            return false;
        }
        Window window = window(onceWindows, new Kind(log.getName(), text, about), ONCE_WINDOW, ONCE_LINES);
        boolean room = window.take(log, level, text, same) != Room.NONE;
        if (room) {
            log.atLevel(level).log(text, shownAll(args, ONCE_LONGEST));
        }
        return room;
    }

    /**
     * Writes an error about code that threw, as far as there is room: the first of its kind with the stack trace, the others of the
     * same time without. Arguments that are text are {@linkplain #shown(String) shown}.
     *
     * @param text a constant, with {@code {}} for each argument
     */
    public void failure(Logger log, Throwable thrown, String text, Object... args) {
        Kind kind = new Kind(log.getName(), text, place(thrown));
        switch (window(kind).take(log, Level.ERROR, text, "")) {
            case FIRST -> withTrace(log, thrown, text, shownAll(args, LONGEST));
            case ANOTHER -> log.atLevel(Level.ERROR).log(text + ": {}", with(shownAll(args, LONGEST), words(thrown)));
            case NONE -> {}
        }
    }

    /** A throwable whose message cannot be asked for is known by its class: whoever reports a failure has something to go on with. */
    private static void withTrace(Logger log, Throwable thrown, String text, Object[] args) {
        try {
            log.atLevel(Level.ERROR).setCause(thrown).log(text, args);
        } catch (Throwable unsayable) {
            log.atLevel(Level.ERROR)
                    .log(text + ": {}", with(args, thrown.getClass().getName()));
        }
    }

    /** Writes now how many lines were left out, not only when their time is over. At the end of an endpoint. */
    public void flush() {
        windows.values().forEach(Window::over);
        onceWindows.values().forEach(Window::over);
    }

    private Window window(Kind kind) {
        return window(windows, kind, WINDOW, LINES);
    }

    private Window window(ConcurrentHashMap<Kind, Window> among, Kind kind, Duration length, int most) {
        Window window = among.get(kind);
        if (window == null) {
            // a text that is no constant after all, or a client that makes code throw at many places
            Kind known = among.size() < MOST_KINDS ? kind : new Kind("", "", "");
            window = among.computeIfAbsent(known, k -> new Window(length, most));
        }
        return window;
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return thrown.getClass().getName() + (trace.length == 0 ? "" : " " + trace[0]);
    }

    private static String words(Throwable thrown) {
        try {
            return shown(thrown.toString());
        } catch (Throwable e) { // getMessage is code of somebody else
            return thrown.getClass().getName();
        }
    }

    private static Object[] shownAll(Object[] args, int longest) {
        Object[] shown = args.clone();
        for (int i = 0; i < shown.length; i++) {
            if (shown[i] instanceof CharSequence text) {
                shown[i] = shown(text.toString(), longest);
            }
        }
        return shown;
    }

    private static Object[] with(Object[] args, Object last) {
        Object[] all = Arrays.copyOf(args, args.length + 1);
        all[args.length] = last;
        return all;
    }

    private enum Room {
        FIRST,
        ANOTHER,
        NONE
    }

    /** The lines of one kind in the time that runs. */
    private final class Window {
        private final Duration length;
        private final int most;
        private final Set<String> told = new HashSet<>();
        private long start;
        private int lines;
        private int leftOut;
        private @Nullable Runnable report;

        Window(Duration length, int most) {
            this.length = length;
            this.most = most;
        }

        /**
         * Takes the room for a line.
         *
         * @param same what has room once only; nothing if it does not matter
         */
        synchronized Room take(Logger log, Level level, String text, String same) {
            long now = timers.nanoTime();
            if (lines == 0 || now - start >= length.toNanos()) {
                over();
                start = now;
            }
            if (lines < most && (same.isEmpty() || told.add(same))) {
                return lines++ == 0 ? Room.FIRST : Room.ANOTHER;
            }
            if (leftOut++ == 0) {
                report = () -> log.atLevel(level)
                        .log(
                                "… and {} more of this kind in {} s: {}",
                                leftOut,
                                length.toSeconds(),
                                text.replace("{}", "…"));
                long mine = start;
                timers.schedule(length.minusNanos(now - start), () -> overIfStill(mine));
            }
            return Room.NONE;
        }

        private synchronized void overIfStill(long started) {
            if (start == started) {
                over();
            }
        }

        synchronized void over() {
            if (report != null) {
                report.run();
            }
            report = null;
            leftOut = 0;
            lines = 0;
            told.clear();
        }
    }
}
