package dev.simurgh.testkit;

import static dev.simurgh.testkit.PresenceRoom.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import dev.simurgh.presence.TrackResult;
import dev.simurgh.presence.TrackResult.Refusal;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.PresenceRoom.Device;
import dev.simurgh.testkit.PresenceRoom.Hello;
import dev.simurgh.testkit.PresenceRoom.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What clients and owners may track, and what they are told when it is too much. */
class PresenceLimitsTest {
    record Count(int n) {}

    private final List<ChannelCase> open = new ArrayList<>();
    private Presence presence = Presence.builder().build();

    private ChannelCase with(UnaryOperator<Presence.Builder> options) {
        presence = options.apply(Presence.builder().diffInterval(Duration.ZERO)).build();
        ChannelCase chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(presence))
                .build();
        open.add(chat);
        return chat;
    }

    @AfterEach
    void close() {
        open.forEach(ChannelCase::close);
    }

    private JoinAttempt tryJoin(ChannelCase chat, String name) {
        return chat.connect(PresenceRoom.socket(presence)).tryJoin("room:1", new Hello(name, "phone"));
    }

    private static void assertRefused(Refusal why, TrackResult result) {
        assertThat(result.refusal()).contains(why);
        assertThat(result.isOk()).isFalse();
        assertThat(result.ref()).isEmpty();
    }

    private static void assertOk(TrackResult result) {
        assertThat(result.refusal()).isEmpty();
    }

    @Test
    void aFullTopicRefusesTheJoinAndTakesTheNextWhenSomebodyHasGone() {
        ChannelCase chat = with(options -> options.maxPerTopic(2));
        Joined ann = tryJoin(chat, "ann").assertOk();
        tryJoin(chat, "bob").assertOk();

        tryJoin(chat, "cid").assertError(reason("topic full"));
        assertRefused(Refusal.TOPIC_FULL, presence.owner().track("room:1", "job", Map.of()));
        assertOk(presence.owner().track("room:2", "job", Map.of()));
        ann.assertPresences("ann", "bob");

        ann.leave();
        tryJoin(chat, "cid").assertOk().assertPresences("bob", "cid");
        assertThat(presence.count("room:1")).isEqualTo(2);
    }

    /** Whoever joins gets all of it. */
    @Test
    void theListOfATopicMayHaveSoManyBytes() {
        ChannelCase chat = with(options -> options.maxTopicBytes(1_000));
        Joined ann = tryJoin(chat, "ann").assertOk();
        PresenceOwner job = presence.owner();
        assertOk(job.track("room:1", "job", Map.of("text", "x".repeat(400))));

        assertRefused(Refusal.TOPIC_FULL, presence.owner().track("room:1", "k", Map.of("text", "x".repeat(400))));
        assertRefused(Refusal.TOPIC_FULL, job.update("room:1", "job", Map.of("text", "x".repeat(900))));
        ann.assertReply(ann.push("move", new Device("x".repeat(500))), "error", reason("topic full"));
        tryJoin(chat, "x".repeat(400)).assertError(reason("topic full"));
        assertOk(job.track("room:2", "job", Map.of("text", "x".repeat(900))));

        for (int i = 0; i < 100; i++) { // what has gone, or was only asked for, counts no more
            assertOk(job.update("room:1", "job", Map.of("text", "x".repeat(i * 5))));
            tryJoin(chat, "bob").assertOk().leave();
            chat.clock().advance(Duration.ofSeconds(1));
        }
        job.close();
        tryJoin(chat, "x".repeat(400)).assertOk();
    }

    @Test
    void ofManyWhoComeAtOnceExactlyAsManyAsThereArePlacesGetOne() throws Exception {
        with(options -> options.maxPerTopic(50));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> tracked = threads.invokeAll(IntStream.range(0, 400)
                    .<Callable<Boolean>>mapToObj(i -> () -> presence.owner()
                            .track("room:1", "job" + i, Map.of())
                            .isOk())
                    .toList());
            int ok = 0;
            for (Future<Boolean> each : tracked) {
                ok += each.get() ? 1 : 0;
            }
            assertThat(ok).isEqualTo(50);
            assertThat(presence.count("room:1")).isEqualTo(50);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anOwnerMayHaveSoMany() {
        ChannelCase chat = with(options -> options.maxPerOwner(2));
        Joined ann = tryJoin(chat, "ann").assertOk();

        ann.assertReply(ann.push("also", new Place("room:1", "dog")), "ok", Map.of());
        ann.assertReply(ann.push("also", new Place("room:2", "cat")), "error", reason("too many presences"));
        ann.assertReply(ann.push("never", new Place("room:1", "dog")), "ok", Map.of());
        ann.assertReply(ann.push("also", new Place("room:2", "cat")), "ok", Map.of());

        ann.refuteStopped();
        assertThat(presence.list("room:2")).containsOnlyKeys("cat");
    }

    @Test
    void fiftyUpdatesInASecondPassByDefaultAndMoreAreRefusedWhileTheChannelLives() {
        ChannelCase chat = with(options -> options);
        Joined ann = tryJoin(chat, "ann").assertOk();
        Joined bob = tryJoin(chat, "bob").assertOk();
        for (int i = 1; i <= 250; i++) {
            chat.clock().advance(Duration.ofMillis(20));
            ann.assertReply(ann.push("move", new Device("t" + i)), "ok", Map.of());
        }
        chat.clock().advance(Duration.ofMillis(50));
        bob.assertPresence("ann", new Device("t250"));

        int passed = 0;
        Ref last = ann.push("move", new Device("flood"));
        while (passed < 1000 && isOk(ann, last)) {
            passed++;
            last = ann.push("move", new Device("flood" + passed));
        }
        assertThat(passed).isBetween(50, 100);
        ann.refuteStopped();
        bob.assertReply(bob.push("move", new Device("desk")), "ok", Map.of()); // not its flood

        chat.clock().advance(Duration.ofMillis(50));
        bob.assertPresence("ann", new Device(passed == 1 ? "flood" : "flood" + (passed - 1)));
        ann.assertReply(ann.push("move", new Device("later")), "ok", Map.of());
        ann.leave();
        bob.assertPresences("bob");
    }

    private static boolean isOk(Joined joined, Ref ref) {
        try {
            joined.assertReply(ref, "ok", Map.of());
            return true;
        } catch (AssertionError e) {
            joined.assertReply(ref, "error", reason("too many presence changes"));
            return false;
        }
    }

    @Test
    void othersSeeAtMostTheConfiguredRateAndTheLastValue() {
        ChannelCase chat = with(options -> options.diffInterval(Duration.ofMillis(50)));
        Joined ann = tryJoin(chat, "ann").assertOk();
        Joined bob = tryJoin(chat, "bob").assertOk();
        chat.clock().advance(Duration.ofSeconds(1));
        bob.assertPresences("ann", "bob").refutePush();

        for (int i = 1; i <= 50; i++) { // a second of a fast typist
            ann.push("move", new Device("t" + i));
            chat.clock().advance(Duration.ofMillis(20));
        }
        chat.clock().advance(Duration.ofMillis(50));

        int diffs = 0;
        while (bob.toString().contains("presence_diff") && took(bob)) {
            diffs++;
        }
        assertThat(diffs).isBetween(10, 50);
        bob.assertPresence("ann", new Device("t50"));
    }

    private static boolean took(Joined joined) {
        try {
            joined.assertPush("presence_diff", Payload.class);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Test
    void anOwnerMayTrackAllThatItMayHaveAtOnce() {
        with(options -> options.changesPerSecond(1).maxPerOwner(100));
        PresenceOwner gateway = presence.owner();
        for (int i = 0; i < 100; i++) {
            assertOk(gateway.track("devices", "d" + i, Map.of()));
        }
        assertRefused(Refusal.TOO_FAST, gateway.update("devices", "d1", Map.of("n", 1)));
        open.get(0).clock().advance(Duration.ofSeconds(1));
        assertOk(gateway.update("devices", "d1", Map.of("n", 1)));
        assertRefused(Refusal.TOO_FAST, gateway.update("devices", "d1", Map.of("n", 2)));
        assertOk(gateway.untrack("devices", "d1")); // whoever goes is never refused
    }

    @Test
    void aTopicAKeyAndItsMetaHaveALength() {
        with(options -> options.maxMetaBytes(101));
        PresenceOwner job = presence.owner();
        String meta = "x".repeat(90 - "{\"m\":\"\"}".length());

        assertOk(job.track("t", "0123456789", Map.of("m", meta)));
        assertRefused(Refusal.TOO_LARGE, job.track("t", "0123456789a", Map.of("m", meta)));
        assertRefused(Refusal.TOO_LARGE, job.track("t", "ä".repeat(6), Map.of("m", meta))); // in UTF-8
        assertRefused(Refusal.TOO_LARGE, job.track("tt", "0123456789", Map.of("m", meta)));
        assertRefused(Refusal.TOO_LARGE, job.track("t", "k".repeat(1000), Map.of()));
        assertRefused(Refusal.TOO_LARGE, job.update("t", "0123456789", Map.of("m", meta + "y")));
        assertOk(job.update("t", "0123456789", Map.of()));
    }

    @Test
    void aKeyOfTenKilobytesIsTakenByDefault() {
        with(options -> options);
        assertOk(presence.owner().track("t", "k".repeat(10 * 1024), Map.of()));
    }

    @Test
    void aNodeTakesSoManyBytesAndSaysWhatToChange() {
        ChannelCase chat = with(options -> options.maxBytes(2_000));
        PresenceOwner job = presence.owner();
        for (int i = 0; i < 3; i++) {
            assertOk(job.track("t", "k" + i, Map.of()));
        }
        assertRefused(Refusal.NODE_FULL, job.track("t", "k3", Map.of()));
        assertRefused(Refusal.NODE_FULL, job.update("t", "k1", Map.of("m", "x".repeat(500))));
        assertOk(job.update("t", "k1", Map.of("m", "x")));
        tryJoin(chat, "ann").assertError(reason("busy"));
        chat.logs()
                .assertLogged(
                        Level.WARN,
                        "presence: somebody is refused, since what this node has tracked takes 1515 bytes"
                                + " (expected: with the new one at most 2000, see maxBytes)");

        assertOk(job.untrack("t", "k0"));
        tryJoin(chat, "ann").assertOk();
        job.close();
        for (int i = 0; i < 2; i++) { // nothing of it is left
            assertOk(presence.owner().track("t", "k" + i, Map.of()));
        }
    }

    @Test
    void whatIsNotToBeHadIsSaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxPerTopic(0))
                .withMessage("maxPerTopic: 0 (expected: at least 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxPerOwner(-1))
                .withMessage("maxPerOwner: -1 (expected: at least 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().changesPerSecond(0))
                .withMessage("changesPerSecond: 0 (expected: at least 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxMetaBytes(0))
                .withMessage("maxMetaBytes: 0 (expected: 1 to 1048576)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxMetaBytes(2_000_000))
                .withMessage("maxMetaBytes: 2000000 (expected: 1 to 1048576)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().name("ä".repeat(51)))
                .withMessage("name: \"" + "ä".repeat(51) + "\" (expected: 1 to 100 bytes in UTF-8)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxBytes(0))
                .withMessage("maxBytes: 0 (expected: at least 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().grace(Duration.ofHours(2)))
                .withMessage("grace: PT2H (expected: from zero to an hour)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().grace(Duration.ofMillis(-1)))
                .withMessage("grace: PT-0.001S (expected: from zero to an hour)");
    }

    @Test
    void theGreatestNumbersMeanNoLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presence.builder().maxTopicBytes((256 << 20) + 1))
                .withMessage("maxTopicBytes: 268435457 (expected: 1 to 268435456, as each who joins gets it)");
        with(options -> options.maxPerTopic(Integer.MAX_VALUE)
                .maxTopicBytes(256 << 20)
                .maxPerOwner(Integer.MAX_VALUE)
                .changesPerSecond(Integer.MAX_VALUE)
                .maxMetaBytes(1 << 20)
                .maxBytes(Long.MAX_VALUE));
        PresenceOwner job = presence.owner();
        for (int i = 0; i < 1000; i++) {
            assertOk(job.track("t", "k" + i, Map.of()));
        }
        assertThat(presence.count("t")).isEqualTo(1000);
    }

    @Test
    void whatIsTrackedTwiceOrNotAtAllIsSaid() {
        with(options -> options);
        PresenceOwner job = presence.owner();

        TrackResult tracked = job.track("t", "k", Map.of());
        assertThat(tracked.ref()).isPresent();
        assertRefused(Refusal.ALREADY_TRACKED, job.track("t", "k", Map.of()));
        assertOk(presence.owner().track("t", "k", Map.of())); // somebody else
        assertRefused(Refusal.NOT_TRACKED, job.untrack("t", "other"));
        assertRefused(Refusal.NOT_TRACKED, job.update("t", "other", Map.of()));
        assertRefused(Refusal.NOT_TRACKED, job.update("t", "other", old -> {
            throw new AssertionError("there is no old one");
        }));
        job.close();
        job.close();
        assertRefused(Refusal.ENDED, job.track("t", "k", Map.of()));
        assertRefused(Refusal.ENDED, job.update("t", "k", Map.of()));
        assertRefused(Refusal.ENDED, job.untrack("t", "k"));
        assertThat(presence.get("t", "k")).hasSize(1);
    }

    @Test
    void halfASurrogatePairInAKeyIsAQuestionMarkEverywhere() {
        with(options -> options);
        PresenceOwner job = presence.owner();
        assertOk(job.track("t", "a\ud83d", Map.of()));
        assertOk(job.track("t", "🐦", Map.of()));
        assertThat(presence.list("t")).containsOnlyKeys("a?", "🐦");
        assertThat(presence.get("t", "a\ud83d")).hasSize(1);
        assertRefused(Refusal.ALREADY_TRACKED, job.track("t", "a?", Map.of()));
        assertOk(job.untrack("t", "a\ud83d"));
    }

    @Test
    void anUpdateByTheOldMetaMissesNoOtherUpdate() throws Exception {
        with(options -> options.changesPerSecond(Integer.MAX_VALUE));
        PresenceOwner job = presence.owner();
        job.track("t", "k", Map.of("n", 0));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> counting = () -> {
                boolean ok = true;
                for (int i = 0; i < 250; i++) {
                    ok &= job.update(
                                    "t",
                                    "k",
                                    meta -> new Count(meta.as(Count.class).n() + 1))
                            .isOk();
                }
                return ok;
            };
            for (Future<Boolean> each : threads.invokeAll(List.of(counting, counting, counting, counting))) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(presence.get("t", "k").get(0).payload()).hasToString("{\"n\":1000}");
    }

    /** Neither function runs under a lock that the other needs. */
    @Test
    void anUpdateMayUpdateAnother() {
        with(options -> options.changesPerSecond(1_000));
        PresenceOwner one = presence.owner();
        PresenceOwner other = presence.owner();
        one.track("t", "one", Map.of("n", 1));
        other.track("t", "other", Map.of("n", 1));
        assertOk(one.update("t", "one", old -> {
            assertOk(other.update("t", "other", Map.of("n", 2)));
            return Map.of("n", 4);
        }));
        assertThat(presence.get("t", "one")).hasSize(1);
        assertThat(presence.get("t", "other")).hasSize(1);
    }

    @Test
    void aMetaThatIsNoObjectIsTheServersMistake() {
        with(options -> options);
        assertThatThrownBy(() -> presence.owner().track("t", "k", 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("meta: 7 (expected: a record, a map or another JSON object)");
        assertThat(presence.count("t")).isZero();
    }
}
