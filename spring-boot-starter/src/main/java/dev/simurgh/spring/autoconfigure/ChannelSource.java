package dev.simurgh.spring.autoconfigure;

import java.util.List;

/** Knows channels that are no beans of type {@link dev.simurgh.channel.ChannelSpec}. A bean; asked once, when the endpoint starts. */
@FunctionalInterface
public interface ChannelSource {
    /** The channels, in any order. */
    List<DeclaredChannel> channels();
}
