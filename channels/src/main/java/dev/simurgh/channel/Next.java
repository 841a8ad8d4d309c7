package dev.simurgh.channel;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a channel goes on after a callback that answers no message: it continues, or stops. */
public final class Next implements Result {
    static final Next CONTINUE = new Next(null);

    private final @Nullable StopReason stop;

    Next(@Nullable StopReason stop) {
        this.stop = stop;
    }

    /** Why it stops, or nothing if it continues. */
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(stop);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Next next && Objects.equals(stop, next.stop);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(stop);
    }

    @Override
    public String toString() {
        return stop == null ? "noReply" : "stop(" + stop + ")";
    }
}
