package dev.simurgh.journal;

import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which topics are kept, and how long: the first pattern that matches counts, as with the routes of a socket. */
final class KeptPatterns {
    /**
     * One pattern.
     *
     * @param text the topic, or what it starts with
     * @param prefix whether it is only what the topic starts with
     * @param key of an entry, if the retention compacts
     */
    record Kept(
            String pattern,
            String text,
            boolean prefix,
            Retention retention,
            Function<Broadcast, Optional<String>> key) {
        boolean matches(String topic) {
            return prefix ? topic.startsWith(text) : topic.equals(text);
        }

        private boolean shadows(Kept later) {
            return prefix ? later.text.startsWith(text) : !later.prefix && later.text.equals(text);
        }

        /** Whether an entry is kept for its place alone, so that it is gone when so many are behind it. */
        boolean isCounted() {
            return !retention.isCompacted()
                    && retention.consumers().isEmpty()
                    && retention.maxEntries() < Long.MAX_VALUE;
        }
    }

    private final List<Kept> all;

    private KeptPatterns(List<Kept> all) {
        this.all = List.copyOf(all);
    }

    static KeptPatterns of(List<Kept> declared) {
        List<Kept> checked = new ArrayList<>();
        for (Kept kept : declared) {
            for (Kept earlier : checked) {
                if (earlier.shadows(kept)) {
                    throw new IllegalArgumentException("pattern: " + kept.pattern() + " behind " + earlier.pattern()
                            + " (expected: before it, since the first that matches counts)");
                }
            }
            checked.add(kept);
        }
        return new KeptPatterns(checked);
    }

    static Kept kept(String pattern, Retention retention, Function<Broadcast, Optional<String>> key) {
        int star = pattern.indexOf('*');
        if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
            throw new IllegalArgumentException("pattern: \"" + pattern
                    + "\" (expected: a topic, or what it starts with and '*' as the last character)");
        }
        return star < 0
                ? new Kept(pattern, pattern, false, retention, key)
                : new Kept(pattern, pattern.substring(0, star), true, retention, key);
    }

    /** How a topic is kept; null if it is not. */
    @Nullable
    Kept of(String topic) {
        for (Kept kept : all) {
            if (kept.matches(topic)) {
                return kept;
            }
        }
        return null;
    }

    Retention retention(String stream) {
        Kept kept = of(stream);
        return kept == null ? Retention.forever() : kept.retention();
    }

    /** A line for each pattern. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        all.forEach(kept ->
                text.append(kept.pattern()).append(' ').append(kept.retention()).append('\n'));
        return text.toString();
    }
}
