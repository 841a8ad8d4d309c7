package dev.simurgh.channel;

import dev.simurgh.protocol.Payload;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A reply to a client's message, after which the channel goes on or stops. */
public final class Reply implements Result {
    private final String status;
    private final Payload payload;
    private final @Nullable StopReason stop;

    Reply(String status, Payload payload, @Nullable StopReason stop) {
        this.status = status;
        this.payload = payload;
        this.stop = stop;
    }

    /** The same reply, after which the channel ends with {@code phx_close}. */
    public Reply andStop() {
        return andStop(StopReason.normal());
    }

    /** The same reply, after which the channel ends. */
    public Reply andStop(StopReason reason) {
        return new Reply(status, payload, reason);
    }

    /** The status, such as {@code ok}. */
    public String status() {
        return status;
    }

    /** The payload. */
    public Payload payload() {
        return payload;
    }

    /** Why the channel stops afterwards, if it does. */
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(stop);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reply reply
                && status.equals(reply.status)
                && payload.equals(reply.payload)
                && Objects.equals(stop, reply.stop);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, payload, stop);
    }

    @Override
    public String toString() {
        return "reply(" + status + ", " + payload + ")" + (stop == null ? "" : ".andStop(" + stop + ")");
    }
}
