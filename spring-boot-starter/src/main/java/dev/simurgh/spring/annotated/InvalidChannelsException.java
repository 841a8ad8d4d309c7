package dev.simurgh.spring.annotated;

import java.util.List;

/** Annotated channels cannot be made: says all that is wrong with them. */
public final class InvalidChannelsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // of List.copyOf
    private final List<String> problems;

    InvalidChannelsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each by itself: the class or method, what it has, and what is expected. */
    public List<String> problems() {
        return problems;
    }
}
