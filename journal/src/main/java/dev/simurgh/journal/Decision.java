package dev.simurgh.journal;

import java.util.List;
import java.util.Objects;

/**
 * What a command has come to: what happened, and what is answered once that is stored.
 *
 * @param events in order; none if nothing changes
 * @param answer for who asked
 */
public record Decision<E, R>(List<E> events, R answer) {
    /** Checks and copies. */
    public Decision {
        events = List.copyOf(events);
        Objects.requireNonNull(answer, "answer");
    }

    /** Changes nothing. */
    public static <E, R> Decision<E, R> answer(R answer) {
        return new Decision<>(List.of(), answer);
    }

    /** One event. */
    public static <E, R> Decision<E, R> event(E event, R answer) {
        return new Decision<>(List.of(event), answer);
    }

    /** Some events, all or none of which are stored. */
    public static <E, R> Decision<E, R> events(List<E> events, R answer) {
        return new Decision<>(events, answer);
    }
}
