package dev.simurgh.micrometer;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.spi.Part;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows what an endpoint does, and what its server, cluster and parts hold, as meters of a Micrometer registry: from the start of the
 * endpoint to its end, when they are removed. Given to {@link Endpoint.Builder#part}, in front of the other parts.
 *
 * <p>The values of all tags come from what was declared, such as the patterns of topics and the names of events, or from closed lists:
 * no client can make a meter. Counters are there from the start; a timer, with its buckets, from the first time that it takes.
 *
 * <p>Nothing is counted twice: what goes up and down is read from the endpoint when the registry asks, on the registry's thread.
 */
public final class EndpointMeters implements Part {
    private static final List<Duration> DEFAULT_BUCKETS = List.of(
            Duration.ofNanos(100_000),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    private final MeterRegistry registry;
    private final String name;
    private final Tags tags;
    private final Buckets buckets;
    private final MeterListener listener = new MeterListener();
    private @Nullable MeterSet meters;
    private @Nullable Runnable unlisten;

    private EndpointMeters(Builder builder) {
        registry = builder.registry;
        name = builder.name;
        tags = builder.tags;
        buckets = new Buckets(builder.buckets);
    }

    /** Meters of this registry, as {@link #builder} makes them where nothing is said. */
    public static EndpointMeters of(MeterRegistry registry) {
        return builder(registry).build();
    }

    /** Starts meters of this registry. */
    public static Builder builder(MeterRegistry registry) {
        return new Builder(registry);
    }

    @Override
    public Optional<EndpointListener> listener() {
        return Optional.of(listener);
    }

    /**
     * Registers the meters.
     *
     * @throws IllegalStateException if it has been started, or another endpoint of the registry has other tags
     */
    @Override
    public void start(Endpoint endpoint) {
        if (meters != null) {
            throw new IllegalStateException("EndpointMeters: started twice (expected: one for each endpoint)");
        }
        MeterSet set = MeterSet.of(registry, name, tags, buckets);
        meters = set;
        try {
            listener.begin(set, endpoint.backstage().mounts());
            unlisten = endpoint.backstage().listen(set);
        } catch (Throwable thrown) {
            set.close();
            throw thrown;
        }
    }

    @Override
    public void stop() {
        if (unlisten != null) {
            unlisten.run();
        }
        if (meters != null) {
            meters.close();
        }
    }

    /** Collects what meters are like. */
    public static final class Builder {
        private final MeterRegistry registry;
        private String name = "simurgh";
        private Tags tags = Tags.empty();
        private List<Duration> buckets = DEFAULT_BUCKETS;

        private Builder(MeterRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Sets the value of the tag {@code endpoint}, which all meters have; default {@code simurgh}. If another endpoint of the registry has it
         * when this one starts, a number is added to it, and a warning is logged.
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Builder name(String endpoint) {
            if (endpoint.isBlank()) {
                throw new IllegalArgumentException("name: \"" + endpoint + "\" (expected: one that is not empty)");
            }
            name = endpoint;
            return this;
        }

        /**
         * Adds a tag to all meters; default none. All endpoints of a registry must have the same keys.
         *
         * @throws IllegalArgumentException if the key is empty, or one that meters have by themselves
         */
        public Builder tag(String key, String value) {
            Set<String> taken = Described.keysOfAll();
            if (key.isBlank() || taken.contains(key)) {
                throw new IllegalArgumentException("tag: \"" + key + "\" (expected: a key, and none of " + taken + ")");
            }
            tags = tags.and(key, Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets the upper bounds of the buckets in which timers count, but for the one of how long connections last; default 0.1, 1, 5, 10, 50, 100 and 500 ms, 1, 5 and 10 s.
         * Each is a time series of each timer.
         *
         * @throws IllegalArgumentException if one is not positive, or there is none
         */
        public Builder buckets(Duration... bounds) {
            if (bounds.length == 0 || Arrays.stream(bounds).anyMatch(bound -> bound.isNegative() || bound.isZero())) {
                throw new IllegalArgumentException("buckets: " + Arrays.toString(bounds)
                        + " (expected: at least one, all more than zero; or withoutBuckets())");
            }
            buckets = Arrays.stream(bounds).sorted().distinct().toList();
            return this;
        }

        /** Has timers tell how many, how long in all and how long at most only, and nothing of which percentiles could be made. */
        public Builder withoutBuckets() {
            buckets = List.of();
            return this;
        }

        /** Makes the part, for one endpoint. */
        public EndpointMeters build() {
            return new EndpointMeters(this);
        }
    }
}
