package dev.simurgh.token;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands for an Erlang tuple, such as {@code {:user, 1}}, in the value of a token.
 *
 * @param elements the elements, unmodifiable; any of them may be {@code null}, which is {@code nil}
 */
public record Tuple(List<@Nullable Object> elements) {
    /** Creates a tuple of a copy of the list. */
    public Tuple {
        elements = Collections.unmodifiableList(Arrays.asList(elements.toArray()));
    }

    /** Returns a tuple of these elements, for example {@code Tuple.of(new Atom("user"), 1)}. */
    public static Tuple of(@Nullable Object... elements) {
        return new Tuple(Arrays.asList(elements));
    }

    /** Returns how many elements there are. */
    public int size() {
        return elements.size();
    }

    /**
     * Returns an element.
     *
     * @throws IndexOutOfBoundsException if the index is not within 0 and {@code size() - 1}
     */
    public @Nullable Object get(int index) {
        return elements.get(index);
    }
}
