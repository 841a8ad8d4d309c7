package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;

/** The old name of {@link ClientLog#shown}. */
final class LogText {
    private LogText() {}

    static String of(String text) {
        return ClientLog.shown(text);
    }
}
