package dev.simurgh.spring.autoconfigure;

import java.util.Collection;
import java.util.List;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** The paths that are no socket's. */
final class ReservedPaths {
    private final List<ReservedPath> reserved;
    private final Environment environment;

    ReservedPaths(List<ReservedPath> reserved, Environment environment) {
        this.reserved = reserved;
        this.environment = environment;
    }

    /**
     * Refuses what is in the way of another: who comes first there would be answered, and nobody would hear of it.
     *
     * @param sockets where they are
     */
    void require(Collection<String> sockets) {
        for (ReservedPath one : reserved) {
            for (String socket : sockets) {
                if (one.isAt(socket)) {
                    throw refused(one, "the socket at " + socket);
                }
            }
            for (ReservedPath other : reserved) {
                if (!one.equals(other) && one.isAt(other.path())) {
                    throw refused(one, other.property() + ", " + other.path());
                }
            }
        }
    }

    private SimurghConfigurationException refused(ReservedPath one, String other) {
        String expected = "another path than " + other;
        String action = "Change " + one.property() + ", or " + other + ".";
        if (environment instanceof ConfigurableEnvironment known) {
            Told told = new Told(known);
            if (told.says(one.property())) {
                return Problem.all(List.of(Problem.of(told, one.property(), false, expected, action)));
            }
        }
        return new SimurghConfigurationException(
                one.property() + ": " + one.path() + ", by default (expected: " + expected + ")", action);
    }
}
