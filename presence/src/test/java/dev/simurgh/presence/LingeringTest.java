package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.PresenceOwner.Place;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who lingers behind the end of its channel: ends in time, whatever the scheduler does, and costs others nothing. */
class LingeringTest {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private Rig rig = new Rig(options -> options.grace(GRACE));

    @AfterEach
    void close() {
        rig.close();
    }

    private PresenceOwner track(String key, Object meta) {
        PresenceOwner owner = rig.presence.owner();
        assertThat(owner.track("room:1", key, meta).isOk()).isTrue();
        return owner;
    }

    private long bytes() {
        return rig.presence.stats().own().bytes();
    }

    @Test
    void aSchedulerThatRejectsForAWhileLeavesNobodyForEver() {
        track("ann", Map.of()).breakOff();
        rig.rejecting = true;
        rig.advance(GRACE.plusSeconds(1));
        rig.rejecting = false;
        rig.advance(Duration.ofSeconds(1));
        assertThat(rig.presence.list("room:1")).isEmpty();
        assertThat(rig.presence.stats().own().lingering()).isZero();

        track("bob", Map.of()).breakOff();
        rig.advance(GRACE);
        assertThat(rig.presence.list("room:1")).isEmpty();
    }

    @Test
    void whoComesBackWithALargerMetaHasToHaveTheRoomForIt() {
        rig.close();
        rig = new Rig(options -> options.grace(GRACE).maxBytes(2_000));
        track("ann", Map.of()).breakOff();
        String large = "x".repeat(4_000);

        PresenceOwner again = rig.presence.owner();
        assertThat(again.track("room:1", "ann", Map.of("text", large)).refusal())
                .contains(TrackResult.Refusal.NODE_FULL);
        assertThat(rig.presence.get("room:1", "ann")).hasSize(1);
        assertThat(rig.presence.stats().own().lingering()).isOne();

        assertThat(again.track("room:1", "ann", Map.of("text", "x".repeat(1_000)))
                        .isOk())
                .isTrue();
        again.close();
        assertThat(bytes()).isZero();
    }

    @Test
    void whatHasLingeredIsCountedOnceHoweverItEnds() {
        for (int i = 0; i < 3; i++) {
            track("ann", Map.of("text", "x".repeat(300))).breakOff();
            PresenceOwner again = track("ann", Map.of("text", "x".repeat(i * 200)));
            if (i == 0) {
                again.close();
            } else {
                again.breakOff();
                rig.advance(GRACE);
            }
            assertThat(bytes()).isZero();
        }
    }

    /** As guests of one name; none of them may hold the lock for longer than any other. */
    @Test
    void manyOfOneNameEndInTheOrderInWhichTheyHaveComeAndComeBackAsThemselves() {
        Lingering lingering = new Lingering();
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            slots.add(slot("guest", i, "{\"n\":" + i + "}"));
            lingering.add(slots.get(i), i);
        }
        Lingering.Found found = Objects.requireNonNull(lingering.find(
                new Place("room:1", "guest"), slots.remove(49_990).entry().meta));
        assertThat(found.take().entry().version).isEqualTo(49_990);

        List<Slot> gone = new ArrayList<>();
        lingering.takeUntil(24_999).forEachRemaining(gone::add);
        assertThat(gone).isEqualTo(slots.subList(0, 25_000));
        lingering.takeAll().forEachRemaining(gone::add);
        assertThat(gone).isEqualTo(slots);
        assertThat(lingering.find(new Place("room:1", "guest"), new byte[0])).isNull();
        assertThat(lingering.isEmpty()).isTrue();
    }

    private static Slot slot(String key, int version, String meta) {
        return new Slot(new Entry(
                new Origin(new NodeId("a@host", 1)),
                version,
                version,
                0,
                "room:1",
                key,
                meta.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whoComesAndGoesLeavesNothingBehindUntilItsTimeIsOver() {
        Lingering lingering = new Lingering();
        Slot slot = slot("ann", 1, "{}");
        for (int i = 0; i < 1_000; i++) {
            lingering.add(slot, i);
            Lingering.Found found =
                    Objects.requireNonNull(lingering.find(new Place("room:1", "ann"), slot.entry().meta));
            assertThat(found.take()).isSameAs(slot);
        }
        assertThat(lingering.next()).isEmpty();
        assertThat(lingering.count()).isZero();
    }
}
