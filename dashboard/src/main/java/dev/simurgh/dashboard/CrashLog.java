package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last crashes of channels, those that are alike as one. For any thread.
 *
 * <p>A client that has found out how to make a channel crash does so thousands of times in a second. To look at a stack costs some 20 us, so that is done
 * {@value #LOOKS_PER_SECOND} times a second at most; the others are counted with the last one that had the same exception, if there is one.
 */
final class CrashLog {
    static final int MOST = 50;
    static final int LOOKS_PER_SECOND = 20;
    static final int MAX_MESSAGE_CHARS = 500;
    static final int MAX_STACK_CHARS = 4000;
    private static final int MAX_TOPIC_CHARS = 200;
    private static final int MAX_FRAMES = 40;
    private static final int MAX_CAUSES = 4;

    /** What makes two crashes alike. */
    private record Kind(String mount, String pattern, String exception, String place) {}

    private static final class Crash {
        final String stack;
        String topic = "";
        String message = "";
        long at;
        long count;

        Crash(String stack) {
            this.stack = stack;
        }
    }

    private final LongSupplier nanoTime;
    private final LongSupplier epochMillis;
    private final Map<Kind, Crash> crashes = new LinkedHashMap<>(); // the latest last
    private long second;
    private int looks;

    CrashLog(LongSupplier nanoTime, LongSupplier epochMillis) {
        this.nanoTime = nanoTime;
        this.epochMillis = epochMillis;
    }

    void add(String mount, String pattern, String topic, Throwable cause) {
        String exception = cause.getClass().getName();
        if (mayLook()) {
            StackTraceElement[] frames = cause.getStackTrace();
            Kind kind = new Kind(mount, pattern, exception, frames.length == 0 ? "" : frames[0].toString());
            String message = cut(String.valueOf(cause.getMessage()), MAX_MESSAGE_CHARS);
            seen(kind, cause, topic, cause.getMessage() == null ? "" : message);
        } else {
            again(mount, pattern, exception);
        }
    }

    private synchronized boolean mayLook() {
        long now = nanoTime.getAsLong() / TimeUnit.SECONDS.toNanos(1);
        if (now != second) {
            second = now;
            looks = 0;
        }
        return looks++ < LOOKS_PER_SECOND;
    }

    private synchronized void seen(Kind kind, Throwable cause, String topic, String message) {
        Crash crash = crashes.remove(kind);
        if (crash == null) {
            crash = new Crash(stack(cause));
        }
        crash.at = epochMillis.getAsLong();
        crash.count++;
        crash.topic = cut(topic, MAX_TOPIC_CHARS);
        crash.message = message;
        crashes.put(kind, crash);
        if (crashes.size() > MOST) {
            Iterator<Kind> oldest = crashes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private synchronized void again(String mount, String pattern, String exception) {
        Crash last = null;
        for (Map.Entry<Kind, Crash> entry : crashes.entrySet()) {
            Kind kind = entry.getKey();
            if (kind.mount.equals(mount) && kind.pattern.equals(pattern) && kind.exception.equals(exception)) {
                last = entry.getValue();
            }
        }
        if (last != null) {
            last.count++;
        }
    }

    private static String stack(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable one = thrown;
        for (int causes = 0; one != null && causes < MAX_CAUSES; causes++) {
            text.append(causes == 0 ? "" : "Caused by: ")
                    .append(one.getClass().getName())
                    .append('\n');
            StackTraceElement[] frames = one.getStackTrace();
            for (int i = 0; i < frames.length && i < MAX_FRAMES && text.length() < MAX_STACK_CHARS; i++) {
                text.append("  at ").append(frames[i]).append('\n');
            }
            one = one.getCause();
        }
        return cut(text.toString(), MAX_STACK_CHARS);
    }

    private static String cut(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars) + "…";
    }

    /** The newest first. */
    synchronized List<Map<String, Object>> rows(String node) {
        List<Map<String, Object>> rows = new ArrayList<>();
        crashes.forEach((kind, crash) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("at", crash.at);
            row.put("node", node);
            row.put("mount", kind.mount);
            row.put("pattern", kind.pattern);
            row.put("topic", crash.topic);
            row.put("exception", kind.exception);
            row.put("message", crash.message);
            row.put("stack", crash.stack);
            row.put("count", crash.count);
            rows.add(0, row);
        });
        return rows;
    }

    /** The exception that was last seen in the channels of a pattern; null if none was. */
    synchronized @Nullable String lastOf(String mount, String pattern) {
        String last = null;
        for (Kind kind : crashes.keySet()) {
            last = kind.mount.equals(mount) && kind.pattern.equals(pattern) ? kind.exception : last;
        }
        return last;
    }
}
