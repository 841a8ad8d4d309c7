package dev.simurgh.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands live objects to snippets. Snippets are compiled to classes of their own and share nothing but public static members with the
 * code that runs them, so this class has to be public. Only the console's first snippets call it.
 */
public final class Bound {
    private static final AtomicLong LAST = new AtomicLong();
    private static final Map<Long, Map<String, Value>> CONSOLES = new ConcurrentHashMap<>();

    /** An object, and as what snippets see it. */
    record Value(Class<?> type, Object object) {}

    private Bound() {}

    /**
     * Gets what a console has bound to a name.
     *
     * @throws IllegalArgumentException if that console has ended or has no such name
     */
    public static Object get(long console, String name) {
        Value value = CONSOLES.getOrDefault(console, Map.of()).get(name);
        if (value == null) {
            throw new IllegalArgumentException("bound: " + name + " of console " + console
                    + " (expected: a name that a running console has bound)");
        }
        return value.object();
    }

    /** Keeps these values until {@link #remove}. */
    static long add(Map<String, Value> values) {
        long console = LAST.incrementAndGet();
        CONSOLES.put(console, Map.copyOf(values));
        return console;
    }

    static void remove(long console) {
        CONSOLES.remove(console);
    }
}
