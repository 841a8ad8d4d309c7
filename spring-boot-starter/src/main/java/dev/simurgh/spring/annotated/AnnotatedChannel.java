package dev.simurgh.spring.annotated;

import dev.simurgh.channel.ChannelSpec;
import java.util.List;

/**
 * A channel that a bean's class declares.
 *
 * @param beanName the bean, of which each join has an object
 * @param patterns the topics
 * @param socket the path of its socket; empty for the default one
 * @param spec what its methods say
 */
public record AnnotatedChannel(String beanName, List<String> patterns, String socket, ChannelSpec<?> spec) {}
