package dev.simurgh.jakarta;

import dev.simurgh.protocol.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A message on its way to one client, or to many. For one event loop. */
final class Message {
    private final Frame frame;
    /** For how many it waits; {@link ContainerLoop} counts. */
    int waiters;

    private @Nullable String text;

    Message(Frame frame) {
        this.frame = frame;
    }

    @SuppressWarnings("ReferenceEquality") // equals would compare every byte
    boolean isOf(Frame other) {
        return frame == other;
    }

    boolean isBinary() {
        return frame.binary();
    }

    int length() {
        return frame.length();
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(frame.bytes());
    }

    /** The text; made once for all that get it. */
    String text() {
        String made = text == null ? new String(frame.bytes(), StandardCharsets.UTF_8) : text;
        text = made;
        return made;
    }
}
