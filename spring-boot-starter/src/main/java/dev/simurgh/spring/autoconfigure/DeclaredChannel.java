package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.spring.SimurghChannel;

/**
 * A channel that an application declares.
 *
 * @param origin who declares it, for messages: the name of a bean or class
 * @param topics for which topics, of which socket
 * @param spec the channel
 */
public record DeclaredChannel(String origin, SimurghChannel topics, ChannelSpec<?> spec) {}
