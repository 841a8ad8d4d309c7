package dev.simurgh.spring;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Topics whose broadcasts are kept. For more than this, declare a bean of type {@code KeptTopics}.
 *
 * @param topics which, the more special patterns first
 */
@ConfigurationProperties("simurgh.kept")
public record SimurghKeptProperties(@DefaultValue List<Topics> topics) {
    /**
     * Topics of one pattern.
     *
     * @param pattern such as room:*
     * @param maxEntries how many entries of a topic are kept; default all
     * @param maxAge how long they are kept; default forever
     * @param compacted whether of each key only the newest is kept
     * @param lastValue whether who joins gets the newest entry, and no others
     */
    public record Topics(
            @Nullable String pattern,
            @Nullable Long maxEntries,
            @Nullable Duration maxAge,
            @DefaultValue("false") boolean compacted,
            @DefaultValue("false") boolean lastValue) {}
}
