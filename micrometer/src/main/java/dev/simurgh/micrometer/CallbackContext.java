package dev.simurgh.micrometer;

import dev.simurgh.channel.spi.CallbackObserver.Call;
import dev.simurgh.channel.spi.CallbackObserver.Outcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A callback of an application that is observed. Its carrier has a {@code traceparent} at most. */
public final class CallbackContext extends ReceiverContext<Call> {
    /** The name of the observation, unless a convention gives another. */
    public static final String NAME = "simurgh.callback";

    private final Call call;
    private @Nullable Outcome outcome;

    CallbackContext(Call call) {
        super((carrier, key) -> traceparent(carrier, key), kind(call));
        this.call = call;
        setCarrier(call);
    }

    @SuppressWarnings("NullAway") // that nothing is there is null here
    private static String traceparent(Call call, String key) {
        return ChannelObservations.isTraceparent(key) ? call.traceparent().orElse(null) : null;
    }

    /** A client asks for something, or something has come of itself. */
    private static Kind kind(Call call) {
        return switch (call.callback()) {
            case CONNECT, JOIN, HANDLE_IN -> Kind.SERVER;
            case AFTER_JOIN, HANDLE_OUT, HANDLE_INFO, TERMINATE -> Kind.CONSUMER;
        };
    }

    /** What is called. */
    public Call call() {
        return call;
    }

    /** What has come of it; empty while it runs. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    void ended(Outcome how) {
        outcome = how;
    }
}
