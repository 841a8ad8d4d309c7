package dev.simurgh.conformance;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.presence.Presence;
import java.time.Duration;

/** Who is on a topic: under {@code presence:*} each change is told by itself, as it was recorded; under {@code crowd:*} many are told at once. */
final class Presences {
    /** Phoenix has no limits to these: so here they are as high as they can be. */
    private final Presence recorded = Presence.builder()
            .diffInterval(Duration.ZERO)
            .changesPerSecond(Integer.MAX_VALUE)
            .maxMetaBytes(1 << 20)
            .build();

    private final Presence crowds = Presence.builder().name("crowd").build();

    Presence recorded() {
        return recorded;
    }

    Presence crowds() {
        return crowds;
    }

    /** That which a topic belongs to. */
    Presence of(String topic) {
        return topic.startsWith("crowd:") ? crowds : recorded;
    }

    /** How many are there through this server, as others hear of it. */
    int tracked() {
        return recorded.stats().own().tracked() + crowds.stats().own().tracked();
    }

    void addTo(Endpoint.Builder endpoint) {
        endpoint.part(recorded).part(crowds);
    }
}
