package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import dev.simurgh.presence.TrackResult.Refusal;
import dev.simurgh.testkit.PresenceRoom.Device;
import dev.simurgh.testkit.PresenceRoom.Hello;
import dev.simurgh.testkit.PresenceRoom.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose connection breaks off may come back in a while, and others see nothing of it. */
class PresenceGraceTest {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private Presence presence = Presence.builder().build();
    private ChannelCase chat = ChannelCase.create();

    private void with(UnaryOperator<Presence.Builder> options) {
        chat.close();
        presence = options.apply(Presence.builder()).build();
        chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(presence))
                .build();
    }

    private void withGrace() {
        with(options -> options.grace(GRACE));
    }

    @AfterEach
    void close() {
        chat.close();
    }

    private Joined join(String name, String device) {
        Joined joined = chat.connect(PresenceRoom.socket(presence)).join("room:1", new Hello(name, device));
        chat.clock().advance(Duration.ofMillis(100));
        return joined;
    }

    private void pass(Duration time) {
        chat.clock().advance(time);
    }

    /** What a client is told of others, one diff behind the other. */
    private static List<String> diffs(Joined joined) {
        return Stream.of(joined.toString().split("\n"))
                .filter(line -> line.strip().startsWith("presence_diff") && !line.contains("asserted"))
                .map(line -> line.strip().substring("presence_diff ".length()))
                .toList();
    }

    private static boolean isJoin(String diff) {
        return diff.contains("\"leaves\":{}") && !diff.contains("\"joins\":{}");
    }

    private static boolean isLeave(String diff) {
        return diff.contains("\"joins\":{}") && !diff.contains("\"leaves\":{}");
    }

    @Test
    void withoutItABreakIsOneLeaveAndOneJoin() {
        with(options -> options);
        Joined bob = join("bob", "desk");
        Joined ann = join("ann", "phone");
        bob.assertPresences("ann", "bob");

        ann.close();
        pass(Duration.ofSeconds(2));
        join("ann", "phone");

        assertThat(diffs(bob))
                .satisfiesExactly(
                        diff -> assertThat(isLeave(diff)).isTrue(),
                        diff -> assertThat(isJoin(diff)).isTrue());
        bob.assertPresence("ann", new Device("phone"));
    }

    @Test
    void whoComesBackInTimeWasNeverAway() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined ann = join("ann", "phone");
        bob.assertPresences("ann", "bob");
        String ref = presence.get("room:1", "ann").get(0).ref();

        ann.close();
        pass(Duration.ofSeconds(2));
        assertThat(presence.stats().own().lingering()).isEqualTo(1);
        Joined again = join("ann", "phone");
        pass(Duration.ofSeconds(10));

        bob.refutePush();
        again.assertPresence("ann", new Device("phone")).assertPresences("ann", "bob");
        assertThat(presence.get("room:1", "ann"))
                .singleElement()
                .satisfies(meta -> assertThat(meta.ref()).isEqualTo(ref));
        assertThat(presence.stats().own().lingering()).isZero();

        again.leave();
        bob.assertPresences("bob");
    }

    @Test
    void whoComesBackWithAnotherMetaIsOneUpdate() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined ann = join("ann", "phone");
        bob.assertPresences("ann", "bob");
        String ref = presence.get("room:1", "ann").get(0).ref();

        ann.close();
        pass(Duration.ofSeconds(2));
        Joined again = join("ann", "train");
        pass(Duration.ofSeconds(10));

        assertThat(diffs(bob)).hasSize(1);
        bob.assertPresence("ann", new Device("train"));
        again.assertPresence("ann", new Device("train"));
        assertThat(presence.get("room:1", "ann"))
                .singleElement()
                .satisfies(meta -> assertThat(meta.previousRef()).contains(ref));
    }

    @Test
    void whoDoesNotComeBackIsGoneWhenTheTimeIsOver() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined ann = join("ann", "phone");
        Joined cid = join("cid", "phone");
        bob.assertPresences("ann", "bob", "cid");

        ann.close();
        pass(Duration.ofSeconds(2));
        cid.close();
        pass(Duration.ofMillis(2999));
        bob.refutePush();

        pass(Duration.ofMillis(1));
        bob.assertPresences("bob", "cid");
        pass(Duration.ofSeconds(2));
        bob.assertPresences("bob");
        assertThat(presence.stats().own().lingering()).isZero();
        assertThat(presence.stats().own().tracked()).isEqualTo(1);

        join("ann", "phone").assertPresences("ann", "bob"); // as anybody else
    }

    @Test
    void whoComesBackAndGoesAgainIsAwaitedAgain() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined ann = join("ann", "phone");
        bob.assertPresences("ann", "bob");
        for (int i = 0; i < 5; i++) {
            ann.close();
            pass(Duration.ofSeconds(4));
            ann = join("ann", "phone");
        }
        bob.refutePush();
        ann.close();
        pass(GRACE);
        bob.assertPresences("bob");
    }

    @Test
    void ofTwoWindowsEachComesBackAsItself() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined phone = join("ann", "phone");
        Joined train = join("ann", "train");
        bob.assertPresence("ann", new Device("phone"), new Device("train"));

        phone.close();
        train.close();
        pass(Duration.ofSeconds(1));
        join("ann", "train");
        pass(Duration.ofSeconds(1));
        join("ann", "phone");
        pass(Duration.ofSeconds(10));

        bob.refutePush();
        bob.assertPresence("ann", new Device("phone"), new Device("train"));
    }

    @Test
    void ofTwoWindowsTheOneThatStaysAwayIsGone() {
        withGrace();
        Joined bob = join("bob", "desk");
        Joined phone = join("ann", "phone");
        Joined train = join("ann", "train");
        phone.close();
        train.close();
        join("ann", "train");
        pass(GRACE);
        bob.assertPresence("ann", new Device("train"));
    }

    /** As over long polling, where the old session lives on for a while. */
    @Test
    void aSessionBesideItsSuccessorIsASecondMetaUntilItEnds() {
        with(options -> options);
        Joined bob = join("bob", "desk");
        Joined old = join("ann", "phone");
        String oldRef = presence.get("room:1", "ann").get(0).ref();
        join("ann", "phone");
        bob.assertPresence("ann", new Device("phone"), new Device("phone"));

        old.close();

        assertThat(diffs(bob))
                .singleElement()
                .satisfies(diff -> assertThat(isLeave(diff)).isTrue());
        bob.assertPresence("ann", new Device("phone"));
        assertThat(presence.get("room:1", "ann"))
                .singleElement()
                .satisfies(meta -> assertThat(meta.ref()).isNotEqualTo(oldRef));
    }

    @ParameterizedTest
    @ValueSource(strings = {"leave", "stop", "kick", "untrack"})
    void whoGoesOnPurposeOrIsSentAwayIsGoneAtOnce(String how) {
        withGrace();
        Joined bob = chat.socket(PresenceRoom.socket(presence)).join("room:1", new Hello("bob", "desk"));
        Joined ann = join("ann", "phone");
        bob.assertPresences("ann", "bob");
        switch (how) {
            case "leave" -> ann.leave();
            case "stop" -> ann.push("stop");
            case "kick" -> chat.endpoint().disconnect("users:1");
            default -> ann.push("never", new Place("room:1", "ann"));
        }
        pass(Duration.ofMillis(50));
        bob.assertPresences("bob");
        assertThat(presence.stats().own().lingering()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crash", "other", "rejoin"})
    void aChannelThatEndsAndWhoseClientComesBackByItselfWasNeverAway(String how) {
        withGrace();
        Joined bob = join("bob", "desk");
        Connected client = chat.connect(PresenceRoom.socket(presence));
        Joined ann = client.join("room:1", new Hello("ann", "phone"));
        pass(Duration.ofSeconds(1));
        bob.assertPresences("ann", "bob");

        if (!how.equals("rejoin")) {
            ann.push(how);
            pass(Duration.ofSeconds(1));
        }
        Joined again = client.join("room:1", new Hello("ann", "phone"));
        if (how.equals("crash")) {
            ann.assertCrashed();
        }
        pass(Duration.ofSeconds(10));

        bob.refutePush();
        again.assertPresences("ann", "bob");
    }

    @Test
    void anOwnerOfTheServerIsClosedAtOnce() {
        withGrace();
        Joined bob = join("bob", "desk");
        try (PresenceOwner job = presence.owner()) {
            job.track("room:1", "job", Map.of());
            bob.assertPresences("bob", "job");
        }
        pass(Duration.ofMillis(50));
        bob.assertPresences("bob");
    }

    @Test
    void whoLingersCountsAndHasItsPlace() {
        with(options -> options.grace(GRACE).maxPerTopic(2));
        join("bob", "desk");
        Joined ann = join("ann", "phone");
        ann.close();

        assertThat(presence.owner().track("room:1", "cid", Map.of()).refusal()).contains(Refusal.TOPIC_FULL);
        Joined again = join("ann", "train");
        again.assertPresences("ann", "bob");

        again.leave();
        assertThat(presence.owner().track("room:1", "cid", Map.of()).isOk()).isTrue();
    }

    /** The join has taken over what lingers, and is not let in after all. */
    @Test
    void aJoinThatFailsLeavesItLingering() {
        withGrace();
        Connected client = chat.connect(PresenceRoom.socket(presence));
        Joined bob = client.join("late:1", new Hello("bob", "desk"));
        chat.connect(PresenceRoom.socket(presence))
                .join("late:1", new Hello("ann", "phone"))
                .close();
        pass(Duration.ofSeconds(2));
        bob.assertPresence("ann", new Device("phone"));

        chat.connect(PresenceRoom.socket(presence))
                .tryJoin("late:1", new Hello("ann", "crash"))
                .assertCrashed(IllegalStateException.class);

        pass(Duration.ofMillis(4999)); // from the attempt on
        bob.assertPresence("ann", new Device("phone"));
        pass(Duration.ofMillis(1));
        bob.assertPresences("bob");
        assertThat(presence.stats().own().tracked()).isEqualTo(1);
        assertThat(presence.stats().own().lingering()).isZero();
    }

    @Nested
    class OnTwoNodes {
        private final TestCluster cluster = TestCluster.seed(1);
        private final Presence onA = Presence.builder().grace(GRACE).build();
        private final Presence onB = Presence.builder().grace(GRACE).build();
        private final ChannelCase a = cluster.channelCase("a@host", endpoint -> endpoint.part(onA));
        private final ChannelCase b = cluster.channelCase("b@host", endpoint -> endpoint.part(onB));

        @AfterEach
        void close() {
            a.close();
            b.close();
        }

        private Joined join(ChannelCase node, Presence there, String name, String device) {
            Joined joined = node.connect(PresenceRoom.socket(there)).join("room:1", new Hello(name, device));
            cluster.clock().advance(Duration.ofMillis(100));
            return joined;
        }

        @Test
        void whoComesBackElsewhereIsNoLongerAwaitedHere() {
            Joined bob = join(a, onA, "bob", "desk");
            Joined ben = join(b, onB, "ben", "desk");
            Joined ann = join(a, onA, "ann", "phone");
            bob.assertPresences("ann", "bob", "ben");
            ben.assertPresences("ann", "bob", "ben");

            ann.close();
            cluster.clock().advance(Duration.ofSeconds(2));
            bob.refutePush();
            join(b, onB, "ann", "phone");

            assertThat(diffs(bob)).singleElement().satisfies(diff -> {
                assertThat(isJoin(diff)).isFalse();
                assertThat(isLeave(diff)).isFalse();
            });
            bob.assertPresence("ann", new Device("phone"));
            ben.assertPresence("ann", new Device("phone"));
            assertThat(diffs(ben)).isEmpty(); // asserted
            assertThat(onA.get("room:1", "ann")).hasSize(1);
            assertThat(onB.get("room:1", "ann")).hasSize(1);
            assertThat(onA.stats().own().lingering()).isZero();
        }

        @Test
        void otherNodesAreToldNothingOfWhoComesBack() {
            Joined ben = join(b, onB, "ben", "desk");
            Joined ann = join(a, onA, "ann", "phone");
            ben.assertPresences("ann", "ben");
            ann.close();
            cluster.clock().advance(Duration.ofSeconds(2));
            join(a, onA, "ann", "phone");
            cluster.clock().advance(Duration.ofSeconds(10));
            ben.refutePush();
        }

        @Test
        void aNodeThatStopsTakesThoseWithItWhomItAwaits() {
            Joined ben = join(b, onB, "ben", "desk");
            Joined ann = join(a, onA, "ann", "phone");
            ann.close();
            a.close();
            cluster.clock().advance(Duration.ofSeconds(1));
            ben.assertPresences("ben");
        }

        @Test
        void aNodeThatIsDownTakesThoseWithItWhomItAwaits() {
            Joined ben = join(b, onB, "ben", "desk");
            join(a, onA, "ann", "phone").close();
            cluster.clock().advance(Duration.ofMillis(100));
            ben.assertPresences("ann", "ben");
            cluster.partition(Set.of("a@host"), Set.of("b@host"));
            cluster.clock().advance(Duration.ofMillis(100));
            ben.assertPresences("ben");
        }
    }
}
