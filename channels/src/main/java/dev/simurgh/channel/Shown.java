package dev.simurgh.channel;

/**
 * Text made of parts that may each stand in a log, such as {@link dev.simurgh.channel.spi.ClientLog#shown} gives. It is not cut again there,
 * where text of a client's making is: what matters may stand at its end.
 *
 * @param text the whole
 */
record Shown(String text) {
    @Override
    public String toString() {
        return text;
    }
}
