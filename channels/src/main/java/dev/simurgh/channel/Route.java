package dev.simurgh.channel;

import dev.simurgh.protocol.Protocol;

/**
 * Which topics go to a channel.
 *
 * @param pattern as it was declared
 * @param text the topic, or what it starts with
 * @param prefix whether it is only what the topic starts with
 */
record Route(String pattern, String text, boolean prefix, ChannelSpec<?> spec, Assigns assigns) {
    static Route of(String pattern, ChannelSpec<?> spec, Assigns assigns) {
        int star = pattern.indexOf('*');
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("pattern: \"\" (expected: a topic)");
        }
        if (pattern.indexOf('{') >= 0 || pattern.indexOf('}') >= 0) {
            throw new IllegalArgumentException("pattern: " + pattern
                    + " (expected: '*' for what differs, as in room:*, and socket.topicRest() in the channel)");
        }
        if (pattern.equals(Protocol.PHOENIX)) {
            throw new IllegalArgumentException(
                    "pattern: " + pattern + " (expected: another topic, since this one is the protocol's own)");
        }
        if (star >= 0 && star < pattern.length() - 1) {
            throw new IllegalArgumentException("pattern: " + pattern + " (expected: '*' only as the last character)");
        }
        return star < 0
                ? new Route(pattern, pattern, false, spec, assigns)
                : new Route(pattern, pattern.substring(0, star), true, spec, assigns);
    }

    /** Whether none of a later route's topics is left for it. */
    boolean shadows(Route later) {
        return prefix ? later.text.startsWith(text) : !later.prefix && later.text.equals(text);
    }

    boolean matches(String topic) {
        return prefix ? topic.startsWith(text) : topic.equals(text);
    }
}
