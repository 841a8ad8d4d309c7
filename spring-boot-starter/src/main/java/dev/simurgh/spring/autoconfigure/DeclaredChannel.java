package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.spring.SimurghChannel;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * A channel that an application declares.
 *
 * @param origin who declares it, for messages: the name of a bean or class
 * @param patterns for which topics
 * @param socket of which socket, by its path; empty for the one by default
 * @param spec the channel
 */
public record DeclaredChannel(String origin, List<String> patterns, String socket, ChannelSpec<?> spec) {
    /** What an annotation says, its placeholders replaced. */
    public static DeclaredChannel of(String origin, SimurghChannel topics, ChannelSpec<?> spec, BeanFactory beans) {
        return new DeclaredChannel(
                origin,
                Arrays.stream(topics.value())
                        .map(pattern -> resolved(pattern, beans))
                        .toList(),
                resolved(topics.socket(), beans),
                spec);
    }

    static String resolved(String text, BeanFactory beans) {
        return beans instanceof ConfigurableBeanFactory factory
                ? String.valueOf(factory.resolveEmbeddedValue(text))
                : text;
    }
}
