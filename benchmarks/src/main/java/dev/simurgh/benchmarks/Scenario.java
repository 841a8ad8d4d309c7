package dev.simurgh.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** What is measured. */
enum Scenario {
    /** Connections opened at a pace, each of which joins; then what they cost while they are idle. */
    CONNECT,
    /** Publishers whose pushes the server broadcasts to all clients of their topic. */
    FAN_OUT,
    /** Pushes that the server replies to. */
    ECHO,
    /** Open connections that all join at once. */
    JOIN_STORM,
    /** Joined connections that break off and come back all at once. */
    RECONNECT,
    /** Joined connections that break off, miss messages, and come back all at once with the positions that they had. */
    RESUME,
    /** The same as reconnecting, from a process of its own, again and again, while other connections stay and are watched. */
    STORM;

    /**
     * Finds a scenario by its name on the command line, such as {@code fan-out}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Scenario of(String name) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "scenario: " + name + " (expected: one of " + Arrays.toString(values()) + ")"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
