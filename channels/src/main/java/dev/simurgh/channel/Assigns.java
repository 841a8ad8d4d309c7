package dev.simurgh.channel;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a socket knows of its client since it connected, by typed key. Immutable: each channel gets the assigns of its socket
 * (and of its route) at join, and keeps state of its own in fields.
 */
public final class Assigns {
    /** Assigns without an entry. */
    public static final Assigns EMPTY = new Assigns(Map.of());

    private final Map<Key<?>, Object> values;

    private Assigns(Map<Key<?>, Object> values) {
        this.values = values;
    }

    /** Makes a key. Keys of the same name are equal; keep one constant for each. */
    public static <T> Key<T> key(String name) {
        return new Key<>(name);
    }

    /** Makes assigns of one entry. */
    public static <T> Assigns of(Key<T> key, T value) {
        return EMPTY.with(key, value);
    }

    /** These assigns and one entry more, or another value for it. */
    public <T> Assigns with(Key<T> key, T value) {
        return merge(Map.of(key, value));
    }

    /** These assigns with those of another merged over them. */
    public Assigns with(Assigns other) {
        return other.values.isEmpty() ? this : merge(other.values);
    }

    private Assigns merge(Map<Key<?>, Object> more) {
        Map<Key<?>, Object> merged = new HashMap<>(values);
        merged.putAll(more);
        return new Assigns(Map.copyOf(merged));
    }

    /**
     * The value of a key that must be there.
     *
     * @throws NoSuchElementException if it is not
     */
    public <T> T get(Key<T> key) {
        return find(key)
                .orElseThrow(() -> new NoSuchElementException(
                        "assign: " + key.name() + " (expected: one of " + values.keySet() + ")"));
    }

    /** The value of a key, if it is there. */
    @SuppressWarnings("unchecked") // with() pairs each key with a value of its type
    public <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Assigns assigns && assigns.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names of the keys; values may be secret. */
    @Override
    public String toString() {
        return "Assigns" + values.keySet();
    }

    /**
     * Names an assign and gives it a type.
     *
     * @param name its name
     * @param <T> the type of its value
     */
    @SuppressWarnings("UnusedTypeParameter") // it ties the value's type to the key
    public record Key<T>(String name) {
        @Override
        public String toString() {
            return name;
        }
    }
}
