package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.conformance.KeptClient.Note;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must be true of the clients of one kept topic, whatever has been killed, cut or full. */
final class KeptCheck {
    private KeptCheck() {}

    /** Waits until each client has all that any of them has, and nothing is unacknowledged. */
    static void settled(List<KeptClient> clients) {
        NetworkRig.awaiting().untilAsserted(() -> {
            long head = clients.stream().mapToLong(KeptCheck::lastOffset).max().orElse(0);
            assertThat(clients).allSatisfy(client -> {
                assertThat(client.idle()).as("%s is idle", client).isTrue();
                assertThat(lastOffset(client)).as("%s is at the head", client).isEqualTo(head);
            });
        });
    }

    /** The last offset that a client knows of: what it has got, and what was acknowledged to it. */
    private static long lastOffset(KeptClient client) {
        long got =
                client.notes().stream().mapToLong(Note::offset).max().orElse(KeptClient.offsetOf(client.startedAt()));
        long stored = client.acknowledged().values().stream()
                .mapToLong(KeptClient::offsetOf)
                .max()
                .orElse(0);
        return Math.max(got, stored);
    }

    /** Everything that was acknowledged is there, once; everybody has seen everything once, in the same order. */
    static void nothingIsLostNorTwice(List<KeptClient> clients) {
        Map<Long, Note> history = new TreeMap<>();
        for (KeptClient client : clients) {
            assertThat(client.faults()).as(client.name()).isEmpty();
            long before = KeptClient.offsetOf(client.startedAt());
            for (Note note : client.notes()) {
                assertThat(note.offset()).as(client.name()).isEqualTo(++before);
                Note other = history.putIfAbsent(note.offset(), note);
                assertThat(note).as(client.name()).isEqualTo(other == null ? note : other);
            }
        }
        Map<String, String> positions = new HashMap<>();
        Set<String> twice = new HashSet<>();
        history.values().forEach(note -> {
            if (positions.put(note.id(), note.position()) != null) {
                twice.add(note.id());
            }
        });
        assertThat(twice).as("stored twice").isEmpty();
        clients.forEach(client -> assertThat(positions)
                .as("what was acknowledged to %s", client.name())
                .containsAllEntriesOf(client.acknowledged()));
    }

    /** How many messages were acknowledged so far, to all of them. */
    static int acknowledged(List<KeptClient> clients) {
        return clients.stream().mapToInt(client -> client.acknowledged().size()).sum();
    }
}
