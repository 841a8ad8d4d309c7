package dev.simurgh.journal;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a durable state changes: it begins somewhere, and each event makes of it the next.
 *
 * @param <S> the state; its objects do not change, as those of a record
 * @param <E> what all its events are
 */
public final class DurableSpec<S, E> {
    final S initial;
    final BiFunction<S, E, S> apply;
    final Map<String, Class<? extends E>> types;
    final Map<Class<?>, String> names;
    final boolean ignoresOthers;
    final @Nullable Type snapshotType;
    final int snapshotEvery;
    final Duration idleAfter;
    final int maxActive;
    final long maxWaitingBytes;

    private DurableSpec(Builder<S, E> builder) {
        initial = builder.initial;
        apply = builder.apply;
        types = Map.copyOf(builder.types);
        names = Map.copyOf(builder.names);
        ignoresOthers = builder.ignoresOthers;
        snapshotType = builder.snapshotType;
        snapshotEvery = builder.snapshotEvery;
        idleAfter = builder.idleAfter;
        maxActive = builder.maxActive;
        maxWaitingBytes = builder.maxWaitingBytes;
    }

    /**
     * Starts a spec.
     *
     * @param initial what there is before the first event
     * @param apply gives what an event makes of a state; depends on nothing else, changes neither, and does not fail on what once was stored
     */
    public static <S, E> Builder<S, E> builder(S initial, BiFunction<S, E, S> apply) {
        return new Builder<>(initial, apply);
    }

    /** Collects what a spec is made of. */
    public static final class Builder<S, E> {
        private final S initial;
        private final BiFunction<S, E, S> apply;
        private final Map<String, Class<? extends E>> types = new HashMap<>();
        private final Map<Class<?>, String> names = new HashMap<>();
        private boolean ignoresOthers;
        private @Nullable Type snapshotType;
        private int snapshotEvery;
        private Duration idleAfter = Duration.ofMinutes(5);
        private int maxActive = 10_000;
        private long maxWaitingBytes = 16 << 20;

        private Builder(S initial, BiFunction<S, E, S> apply) {
            this.initial = Objects.requireNonNull(initial, "initial");
            this.apply = Objects.requireNonNull(apply, "apply");
        }

        /**
         * Names a kind of event. That is its name in the journal, and that of the broadcast if the stream is a kept topic.
         *
         * @param type of its objects, exactly; encoded and decoded by the codec
         * @throws IllegalArgumentException if the name or the type was given before
         */
        public Builder<S, E> event(String name, Class<? extends E> type) {
            if (types.putIfAbsent(name, type) != null || names.putIfAbsent(type, name) != null) {
                throw new IllegalArgumentException("event: " + name + " of " + type.getName()
                        + " (expected: a name and a type that have no other)");
            }
            return this;
        }

        /** Leaves out events of other names, such as what is broadcast to the topic besides; default is that the state cannot be built of them. */
        public Builder<S, E> ignoreOthers() {
            ignoresOthers = true;
            return this;
        }

        /**
         * Stores the state now and then, so that it is not built of all its events again; default never. What no snapshot has is not removed by number or age: the
         * first snapshot is of the state before the first event. One that cannot be read any more, since the type has changed, is logged and left out, and the state is built of
         * its events, if all of them are still there.
         *
         * @param every after how many events
         * @param type of the state, by which the codec decodes it
         * @throws IllegalArgumentException if the number is less than 1
         */
        public Builder<S, E> snapshot(int every, Type type) {
            if (every < 1) {
                throw new IllegalArgumentException("snapshot every " + every + " events (expected: at least 1)");
            }
            snapshotEvery = every;
            snapshotType = type;
            return this;
        }

        /**
         * After how long a state that nobody asks leaves memory; default 5 minutes.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder<S, E> idleAfter(Duration idle) {
            if (idle.isNegative() || idle.isZero()) {
                throw new IllegalArgumentException("idleAfter: " + idle + " (expected: more than nothing)");
            }
            idleAfter = idle;
            return this;
        }

        /**
         * How many states are in memory at most; default 10,000. If there are more, those leave that were not asked for the longest time; if
         * all are busy, a command to another is refused.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<S, E> maxActive(int states) {
            if (states < 1) {
                throw new IllegalArgumentException("maxActive: " + states + " (expected: at least 1)");
            }
            maxActive = states;
            return this;
        }

        /**
         * How many bytes of commands may wait for their answers, of all states together; one that comes when there are more is refused at once. Default 16 MiB.
         * A command counts as 1 KiB, and one with a key as what its request is encoded besides: one that carries more should have a key.
         *
         * @throws IllegalArgumentException if it is less than 1,024
         */
        public Builder<S, E> maxWaitingBytes(long bytes) {
            if (bytes < 1_024) {
                throw new IllegalArgumentException("maxWaitingBytes: " + bytes + " (expected: at least 1024)");
            }
            maxWaitingBytes = bytes;
            return this;
        }

        /**
         * Makes it.
         *
         * @throws IllegalStateException if it has no events
         */
        public DurableSpec<S, E> build() {
            if (types.isEmpty()) {
                throw new IllegalStateException("durable state without events (expected: event(name, type))");
            }
            return new DurableSpec<>(this);
        }
    }
}
