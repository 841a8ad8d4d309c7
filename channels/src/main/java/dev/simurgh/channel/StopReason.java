package dev.simurgh.channel;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a channel ended; {@code terminate} gets it. */
public final class StopReason {
    /** What kinds of ending there are, and what the client is told. */
    public enum Kind {
        /** The channel stopped itself: {@code phx_close}. */
        NORMAL,
        /** The channel stopped itself as part of a shutdown: {@code phx_close}. */
        SHUTDOWN,
        /** The client left: an ok reply, then {@code phx_close}. */
        LEFT,
        /** The client joined the topic anew: {@code phx_close} behind the new join's reply. */
        DUPLICATE_JOIN,
        /** The connection has gone. */
        CLOSED,
        /** The connection was closed from here by socket id, or for misbehaving. */
        DISCONNECTED,
        /** The connection's time was over, see {@link ConnectResult#expiresIn}: close code 3000. */
        EXPIRED,
        /** The node shuts down: close code 1012. */
        DRAINED,
        /** The join took longer than its limit; its late result was dropped. */
        JOIN_TIMEOUT,
        /** The channel stopped itself for a reason of its own: {@code phx_error}. */
        OTHER,
        /** A callback threw: {@code phx_error}. */
        CRASHED
    }

    private static final StopReason NORMAL = new StopReason(Kind.NORMAL, "normal", null);
    private static final StopReason SHUTDOWN = new StopReason(Kind.SHUTDOWN, "shutdown", null);
    static final StopReason LEFT = new StopReason(Kind.LEFT, "left", null);
    static final StopReason DUPLICATE_JOIN = new StopReason(Kind.DUPLICATE_JOIN, "duplicate join", null);
    static final StopReason CLOSED = new StopReason(Kind.CLOSED, "connection closed", null);
    static final StopReason DISCONNECTED = new StopReason(Kind.DISCONNECTED, "disconnected", null);
    static final StopReason EXPIRED = new StopReason(Kind.EXPIRED, "expired", null);
    static final StopReason DRAINED = new StopReason(Kind.DRAINED, "drained", null);
    static final StopReason JOIN_TIMEOUT = new StopReason(Kind.JOIN_TIMEOUT, "join timeout", null);

    private final Kind kind;
    private final String text;
    private final @Nullable Throwable cause;

    private StopReason(Kind kind, String text, @Nullable Throwable cause) {
        this.kind = kind;
        this.text = text;
        this.cause = cause;
    }

    /** An ordinary end: the client gets {@code phx_close} and does not join again. */
    public static StopReason normal() {
        return NORMAL;
    }

    /** A shutdown: the client gets {@code phx_close} and does not join again. */
    public static StopReason shutdown() {
        return SHUTDOWN;
    }

    /** A shutdown with a word about it for {@code terminate}; the client gets {@code phx_close}. */
    public static StopReason shutdown(String detail) {
        return new StopReason(Kind.SHUTDOWN, "shutdown: " + detail, null);
    }

    /** An end that is an error: the client gets {@code phx_error} and joins again. */
    public static StopReason other(String detail) {
        return new StopReason(Kind.OTHER, detail, null);
    }

    /** Asking a throwable for its message is calling somebody's code, and the channel has to end whatever that does. */
    static StopReason crashed(Throwable cause) {
        String words;
        try {
            words = String.valueOf(cause.toString());
        } catch (Throwable unsayable) {
            words = cause.getClass().getName();
        }
        return new StopReason(Kind.CRASHED, words, cause);
    }

    /** What kind of ending it is. */
    public Kind kind() {
        return kind;
    }

    /** What was thrown, if it was a crash. */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(cause);
    }

    /** Whether the client is told {@code phx_close} rather than {@code phx_error}. */
    boolean isGraceful() {
        return kind != Kind.OTHER && kind != Kind.CRASHED;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StopReason reason
                && kind == reason.kind
                && text.equals(reason.text)
                && Objects.equals(cause, reason.cause);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, text);
    }

    @Override
    public String toString() {
        return text;
    }
}
