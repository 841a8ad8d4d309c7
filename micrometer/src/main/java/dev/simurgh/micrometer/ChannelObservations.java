package dev.simurgh.micrometer;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.protocol.Protocol;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has Micrometer observe the callbacks of an endpoint, and what they broadcast and send, so that a trace goes on through channels and nodes. Nothing is
 * observed without it.
 *
 * <p>Each callback is an observation {@value CallbackContext#NAME}, current on its thread while it runs. Where it goes on from is said by the {@code
 * traceparent} of its client's message, connect or of the broadcast. Each broadcast, and each {@code socket.send}, is an observation {@value
 * SendContext#NAME}, into which the registry's handlers write the {@code traceparent} that it takes along; without tracing handlers it takes none.
 *
 * <p>An endpoint has one at most. All its methods may be called on any thread.
 */
public final class ChannelObservations implements Part, CallbackObserver {
    private final ObservationRegistry registry;
    private final ChannelConvention convention;
    private final @Nullable ObservationConvention<CallbackContext> callbacks;
    private final @Nullable ObservationConvention<SendContext> sends;

    private ChannelObservations(Builder builder) {
        registry = builder.registry;
        convention = new ChannelConvention(builder.topics);
        callbacks = builder.callbacks;
        sends = builder.sends;
    }

    /** A part that observes with this registry. */
    public static ChannelObservations of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /** Starts a part that observes with this registry. */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(registry);
    }

    @Override
    public void start(Endpoint endpoint) {}

    @Override
    public Optional<CallbackObserver> callbackObserver() {
        return ObservationRegistry.NOOP.equals(registry) ? Optional.empty() : Optional.of(this);
    }

    @Override
    public Running begin(Call call) {
        CallbackContext context = new CallbackContext(call);
        Observation observation =
                Observation.createNotStarted(callbacks, convention.callbacks(), () -> context, registry);
        observation.start();
        return new Observed(registry, observation, context);
    }

    private static final class Observed implements Running {
        private final ObservationRegistry registry;
        private final Observation observation;
        private final CallbackContext context;
        private final Observation.@Nullable Scope before;
        private final Observation.Scope scope;

        Observed(ObservationRegistry registry, Observation observation, CallbackContext context) {
            this.registry = registry;
            this.observation = observation;
            this.context = context;
            this.before = registry.getCurrentObservationScope();
            try {
                this.scope = observation.openScope();
            } catch (Throwable thrown) { // nobody is left to end it
                over();
                throw thrown;
            }
        }

        @Override
        public void threw(Throwable thrown) {
            observation.error(thrown);
        }

        @Override
        public void ended(Outcome outcome) {
            context.ended(outcome);
            try {
                scope.close();
            } finally {
                over();
            }
        }

        /** If a handler has thrown at the scope, the thread is left in it: an event loop would be in it for good. */
        private void over() {
            registry.setCurrentObservationScope(before);
            observation.stop();
        }
    }

    @Override
    public Optional<String> broadcasting(String mount, String pattern, String topic, String event) {
        return send(new SendContext(SendContext.What.BROADCAST, mount, pattern, topic, event));
    }

    @Override
    public Optional<String> sending(String mount, String pattern, String topic) {
        return send(new SendContext(SendContext.What.SEND, mount, pattern, topic, ""));
    }

    /** Over when it has begun: whoever handles it may do so at once, or much later. */
    private Optional<String> send(SendContext context) {
        Observation.createNotStarted(sends, convention.sends(), () -> context, registry)
                .start()
                .stop();
        return context.traceparent();
    }

    /** Collects how to observe; everything has a default. */
    public static final class Builder {
        private final ObservationRegistry registry;
        private boolean topics;
        private @Nullable ObservationConvention<CallbackContext> callbacks;
        private @Nullable ObservationConvention<SendContext> sends;

        private Builder(ObservationRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** Tells topics, and the events of broadcasts, as key values of high cardinality; default not, as they may be personal. */
        public Builder topics() {
            topics = true;
            return this;
        }

        /** Names callbacks, and says their key values; default those of the guide. */
        public Builder callbackConvention(ObservationConvention<CallbackContext> convention) {
            callbacks = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /** Names what is broadcast and sent, and says its key values; default those of the guide. */
        public Builder sendConvention(ObservationConvention<SendContext> convention) {
            sends = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /** Makes the part, for {@link Endpoint.Builder#part}. */
        public ChannelObservations build() {
            return new ChannelObservations(this);
        }
    }

    /** What a trace goes on by. */
    static boolean isTraceparent(String key) {
        return key.equals(Protocol.TRACEPARENT);
    }
}
