package dev.simurgh.protocol;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a frame is not a message.
 *
 * <p>It has no stack trace: it is a fact about the client, and a hostile one could make it the most frequent event of a server.
 */
public final class MalformedMessageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String reason;
    private final transient @Nullable Message readable;
    private final boolean invalidUtf8;
    private final boolean tooDeep;

    MalformedMessageException(String reason) {
        this(reason, null, false, false);
    }

    private MalformedMessageException(String reason, @Nullable Message readable, boolean invalidUtf8, boolean tooDeep) {
        super(reason, null, false, false);
        this.reason = reason;
        this.readable = readable;
        this.invalidUtf8 = invalidUtf8;
        this.tooDeep = tooDeep;
    }

    static MalformedMessageException tooDeep(int most) {
        return new MalformedMessageException(
                "nested too deeply (expected: at most " + most + " levels)", null, false, true);
    }

    /** This, with what could be read before the defect. */
    MalformedMessageException with(@Nullable Message read) {
        return new MalformedMessageException(reason, read, false, tooDeep);
    }

    /** This, in a text that is not UTF-8. */
    MalformedMessageException inInvalidUtf8() {
        return new MalformedMessageException(reason, null, true, tooDeep);
    }

    /** Returns what is wrong and where, without content of the frame. */
    public String reason() {
        return reason;
    }

    /**
     * Returns what could be read before the defect, if that is enough to answer with
     * {@link Serializer#encodeError(Message, Ref, String)}: a ref other than null. A topic or event that was not reached is the JSON
     * {@code null}, the payload is empty.
     */
    public Optional<Message> readable() {
        return Optional.ofNullable(readable);
    }

    /** Tells whether it is nested too deeply, rather than no message. */
    public boolean tooDeep() {
        return tooDeep;
    }

    /** Tells whether a text frame was not UTF-8, for which RFC 6455 (section 8.1) has the connection closed with 1007. */
    public boolean invalidUtf8() {
        return invalidUtf8;
    }
}
