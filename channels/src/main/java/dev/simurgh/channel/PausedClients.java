package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.PauseCause;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The clients that are not read now, by the cause; one that has several is there for each. For any thread. */
final class PausedClients {
    private final Map<PauseCause, Set<Object>> clients = new EnumMap<>(PauseCause.class);

    PausedClients() {
        for (PauseCause cause : PauseCause.values()) {
            clients.put(cause, ConcurrentHashMap.newKeySet());
        }
    }

    /** @param client told from others by identity */
    void add(PauseCause cause, Object client) {
        of(cause).add(client);
    }

    void remove(PauseCause cause, Object client) {
        of(cause).remove(client);
    }

    int count(PauseCause cause) {
        return of(cause).size();
    }

    private Set<Object> of(PauseCause cause) {
        return Objects.requireNonNull(clients.get(cause));
    }
}
