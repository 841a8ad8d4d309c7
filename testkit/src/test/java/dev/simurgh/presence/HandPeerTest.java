package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.PresenceMessage.Ask;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.presence.PresenceMessage.Gone;
import dev.simurgh.presence.PresenceMessage.Hello;
import dev.simurgh.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What a node makes of what another says, message by message. */
class HandPeerTest {
    private final TestCluster cluster = TestCluster.seed(1);
    private final PresenceNode here = new PresenceNode(cluster, "here@h");
    private final HandPeer peer = new HandPeer(cluster, "peer@h");

    @AfterEach
    void close() {
        peer.close();
        here.close();
    }

    private void advance(long millis) {
        cluster.clock().advance(ofMillis(millis));
    }

    private void assertHere(String... keys) {
        advance(100);
        assertThat(here.list().keySet()).containsExactlyInAnyOrder(keys);
        assertThat(here.watcher().list()).isEqualTo(here.list());
    }

    private int latestOf(String key) {
        return here.presence.get("t", key).stream()
                .mapToInt(PresenceNode::number)
                .max()
                .orElse(-1);
    }

    @Test
    void whoMeetsANodeAsksItForWhatItHas() {
        advance(0);
        assertThat(peer.heard).contains(new Ask(0, 0));
    }

    @Test
    void aChangeThatComesNextIsShown() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        assertHere("k");
        peer.sayChanges(1, 2, peer.entry(1, 2, "k", 2));
        assertHere("k");
        assertThat(latestOf("k")).isEqualTo(2);
        peer.sayChanges(2, 3, HandPeer.removal(1, 3));
        assertHere();
    }

    @Test
    void whatComesTwiceIsThereOnce() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        assertHere("k");
        assertThat(here.watcher().diffs()).isEqualTo(1);
        assertThat(here.presence.get("t", "k")).hasSize(1);
    }

    @Test
    void whoMissesSomethingAsksForIt() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        advance(0);
        peer.heard.clear();
        peer.sayChanges(2, 3, peer.entry(3, 3, "later", 1));
        assertHere("k");
        assertThat(peer.asked()).containsExactly(new Ask(1, 0));
        peer.sayChanges(1, 3, peer.entry(2, 2, "missed", 1), peer.entry(3, 3, "later", 1));
        assertHere("k", "missed", "later");
    }

    @Test
    void aQuestionThatIsNotAnsweredIsAskedAgainWhenTheNodeSaysHowFarItIs() {
        advance(600);
        peer.heard.clear();
        peer.say(new Hello(5));
        peer.say(new Hello(5));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(0, 0));
        advance(500);
        assertThat(peer.asked()).hasSize(1);
        peer.say(new Hello(5));
        advance(0);
        assertThat(peer.asked()).hasSize(2);
    }

    @Test
    void oneQuestionIsOpenAtATimeHoweverMuchIsMissing() {
        advance(0);
        peer.heard.clear();
        for (int i = 10; i < 100; i++) {
            peer.sayChanges(i, i + 1, peer.entry(i + 1, i + 1, "k" + i, 1));
        }
        advance(0);
        assertThat(peer.asked()).isEmpty(); // the first is still open
    }

    @Test
    void pagesAreAskedForOneBehindTheOther() {
        advance(0);
        peer.heard.clear();
        peer.sayPage(0, 3, 0, true, peer.entry(3, 3, "a", 1));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(3, 0));
        peer.sayPage(3, 5, 0, false, peer.entry(4, 4, "b", 1));
        advance(0);
        assertThat(peer.asked()).hasSize(1);
        assertHere("a", "b");
    }

    @Test
    void whoGetsEverythingRemovesWhatIsNotInIt() {
        peer.sayChanges(0, 2, peer.entry(1, 1, "gone", 1), peer.entry(2, 2, "stays", 1));
        assertHere("gone", "stays");
        peer.heard.clear();
        peer.sayPage(0, 2, 90, true, peer.entry(2, 2, "stays", 1));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(2, 90));
        assertHere("gone", "stays");
        peer.sayPage(2, 90, 90, false, peer.entry(80, 80, "new", 1));
        assertHere("stays", "new");
        assertThat(here.watcher().diffs()).isLessThanOrEqualTo(4);
    }

    @Test
    void aChangeInBetweenDoesNotEndWhatIsNotWhole() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "a", 1));
        peer.sayPage(0, 2, 90, true, peer.entry(2, 2, "b", 1));
        peer.sayChanges(1, 80, peer.entry(80, 80, "c", 1));
        assertHere("a", "b");
        peer.sayPage(2, 90, 90, false, peer.entry(80, 80, "c", 1));
        assertHere("b", "c");
    }

    @Test
    void everythingThatComesTooLateBringsNothingBack() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        peer.sayChanges(1, 3, peer.entry(1, 3, "k", 3));
        peer.sayChanges(3, 4, peer.entry(4, 4, "other", 1));
        assertHere("k", "other");
        peer.sayPage(0, 2, 2, false, peer.entry(1, 1, "k", 1), peer.entry(2, 2, "removed", 1));
        assertHere("k", "other");
        assertThat(latestOf("k")).isEqualTo(3);
        peer.sayChanges(4, 5, HandPeer.removal(1, 5));
        assertHere("other");
        peer.sayPage(0, 4, 4, true, peer.entry(1, 3, "k", 3));
        peer.sayChanges(0, 4, peer.entry(1, 3, "k", 3));
        assertHere("other");
    }

    @Test
    void everythingThatComesEarlyIsNotUndoneByTheChangesBeforeIt() {
        peer.sayPage(0, 4, 4, false, peer.entry(1, 3, "k", 3));
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        peer.sayChanges(1, 2, peer.entry(2, 2, "removed", 1));
        peer.sayChanges(2, 3, peer.entry(1, 3, "k", 3));
        peer.sayChanges(3, 4, HandPeer.removal(2, 4));
        assertHere("k");
        assertThat(latestOf("k")).isEqualTo(3);
        peer.sayChanges(4, 5, HandPeer.removal(1, 5));
        assertHere();
    }

    @Test
    void anEarlierWayToGetEverythingDoesNotTakeThePlaceOfALater() {
        peer.sayPage(0, 2, 20, true, peer.entry(2, 2, "b", 1));
        advance(0);
        peer.heard.clear();
        peer.sayPage(0, 1, 10, true, peer.entry(1, 1, "a", 1));
        peer.sayPage(2, 20, 20, false);
        assertHere("b");
    }

    @Test
    void nothingIsShownAsItWasBefore() {
        peer.sayPage(0, 60, 90, true, peer.entry(1, 60, "k", 60));
        assertHere("k");
        cluster.partition(Set.of("peer@h")).heal();
        advance(0);
        peer.sayChanges(0, 50, peer.entry(1, 30, "k", 30), peer.entry(40, 40, "other", 1));
        assertHere("k", "other");
        assertThat(latestOf("k")).isEqualTo(60);
    }

    @Test
    void whatIsToldOfTheSameVersionsLaterAddsNothing() {
        peer.sayPage(0, 4, 0, true, peer.entry(4, 4, "k", 1));
        peer.sayPage(0, 4, 0, false, peer.entry(3, 3, "left", 1), peer.entry(4, 4, "k", 1));
        assertHere("k");
    }

    @Test
    void whatIsRemovedAndUnknownIsNoFault() {
        peer.sayChanges(0, 5, HandPeer.removal(1, 4), HandPeer.removal(2, 5));
        peer.sayChanges(5, 6, peer.entry(6, 6, "k", 1));
        peer.sayChanges(6, 7, HandPeer.removal(99, 7));
        assertHere("k");
    }

    @Test
    void whoSaysThatItHasGoneIsOffTheListsAtOnceAndStaysSo() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        assertHere("k");
        peer.say(new Gone());
        assertHere();
        peer.sayChanges(0, 2, peer.entry(2, 2, "late", 1));
        peer.say(new Hello(9));
        assertHere();
        cluster.partition(Set.of("peer@h"));
        advance(0);
        assertThat(here.told().remembered()).isZero();
    }

    @Test
    void aNodeThatIsAwayIsOffTheListsAndBackWithoutBeingToldAgain() {
        peer.sayChanges(0, 2, peer.entry(1, 1, "k", 1), peer.entry(2, 2, "l", 1));
        assertHere("k", "l");
        cluster.partition(Set.of("peer@h"));
        assertHere();
        assertThat(here.told().remembered()).isEqualTo(1);
        peer.heard.clear();
        cluster.heal();
        assertHere(); // it may have changed meanwhile
        assertThat(peer.asked()).containsExactly(new Ask(2, 0));
        peer.sayChanges(2, 2);
        assertHere("k", "l");
        assertThat(here.watcher().diffs()).isLessThanOrEqualTo(3);
    }

    @Test
    void aNodeThatSaysThatNothingHasChangedIsShownAgain() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        cluster.partition(Set.of("peer@h")).heal();
        assertHere();
        peer.say(new Hello(1));
        assertHere("k");
    }

    @Test
    void whatHasChangedMeanwhileIsNeverShownAsItWas() {
        peer.sayChanges(0, 2, peer.entry(1, 1, "left", 1), peer.entry(2, 2, "k", 1));
        assertHere("left", "k");
        cluster.partition(Set.of("peer@h")).heal();
        assertHere();
        int before = here.watcher().diffs();
        peer.sayPage(2, 3, 0, true, peer.entry(3, 3, "new", 1));
        assertHere();
        peer.sayPage(3, 4, 0, false, HandPeer.removal(1, 4));
        assertHere("k", "new");
        assertThat(here.watcher().diffs()).isEqualTo(before + 1);
    }

    @Test
    void aNodeThatStaysAwayIsForgotten() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        advance(0);
        cluster.partition(Set.of("peer@h"));
        cluster.clock().advance(ofSeconds(299));
        assertThat(here.told().remembered()).isEqualTo(1);
        cluster.clock().advance(ofSeconds(2));
        assertThat(here.told().remembered()).isZero();
        assertThat(here.told().copyBytes()).isZero();
        peer.heard.clear();
        cluster.heal();
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(0, 0));
    }

    @Test
    void aNodeThatHasComeBackIsNotForgottenWhenItsTimeIsOver() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        advance(0);
        cluster.partition(Set.of("peer@h"));
        cluster.clock().advance(ofSeconds(200));
        cluster.heal();
        peer.say(new Hello(1));
        assertHere("k");
        cluster.clock().advance(ofSeconds(200));
        assertHere("k");
        cluster.partition(Set.of("peer@h"));
        cluster.clock().advance(ofSeconds(200)); // from when it has gone last
        assertThat(here.told().remembered()).isEqualTo(1);
    }

    @Test
    void anotherStartOfANameEndsTheFormer() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        assertHere("k");
        cluster.crash("peer@h");
        assertThat(here.told().remembered()).isEqualTo(1);
        try (HandPeer next = new HandPeer(cluster, "peer@h")) {
            advance(0);
            assertThat(here.told().remembered()).isZero();
            assertThat(here.told().copyBytes()).isZero();
            assertThat(next.asked()).containsExactly(new Ask(0, 0));
            next.sayChanges(0, 1, next.entry(1, 1, "next", 1));
            assertHere("next");
        }
    }

    // Nodes of other versions, and worse ones.

    private static byte[] with(byte[] message, int... more) {
        byte[] longer = Arrays.copyOf(message, message.length + more.length);
        for (int i = 0; i < more.length; i++) {
            longer[message.length + i] = (byte) more[i];
        }
        return longer;
    }

    /** The changes of a later version, which has more to say in the head, in an entry, in a removal, and in items of its own. */
    private byte[] laterChanges() {
        MessageWriter head = new MessageWriter(16)
                .varint(1)
                .varint(9)
                .varint(0)
                .u8(0xfe)
                .varint(4)
                .text("of a later version");
        MessageWriter entry = new MessageWriter(16)
                .u8(1)
                .varint(2)
                .varint(2)
                .varint(0)
                .u8(0)
                .text("t")
                .text("k");
        entry.field("{\"n\":7}".getBytes(StandardCharsets.UTF_8)).text("more").u8(1);
        MessageWriter unknown = new MessageWriter(16).u8(77).text("who knows");
        MessageWriter empty = new MessageWriter(16).u8(78);
        MessageWriter removal = new MessageWriter(16).u8(2).varint(3).varint(1).text("more");
        return new MessageWriter(16)
                .u8(1)
                .u8(2)
                .field(head)
                .field(unknown)
                .field(entry)
                .field(empty)
                .field(removal)
                .text("more")
                .toBytes();
    }

    @Test
    void whatALaterVersionSaysBesidesIsPassedOver() {
        peer.say(with(new Changes(HandPeer.page(0, 1, peer.entry(1, 1, "first", 1))).encode()));
        assertHere("first");
        peer.say(laterChanges());
        assertHere("k");
        assertThat(latestOf("k")).isEqualTo(7);
        peer.heard.clear();
        peer.say(with(new Hello(12).encode(), 1, 2, 3));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(9, 0));
        peer.heard.clear();
        here.track("mine");
        peer.say(with(new Ask(0, 0).encode(), 1, 2, 3));
        advance(0);
        assertThat(peer.heard).anyMatch(Changes.class::isInstance);
        assertThat(here.told().malformed()).isZero();
    }

    @Test
    void kindsAndFormatsOfALaterVersionArePassedOver() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        byte[] laterFormat = new Gone().encode();
        laterFormat[0] = 2;
        byte[] laterKind = new Gone().encode();
        laterKind[1] = 99;
        peer.say(laterFormat);
        peer.say(laterKind);
        assertHere("k");
        assertThat(here.told().unknown()).isEqualTo(2);
    }

    @Test
    void whatIsNoMessageHurtsNobody() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        byte[] good = new Changes(HandPeer.page(1, 2, peer.entry(2, 2, "l", 1))).encode();
        for (int length = 0; length < good.length; length++) {
            peer.say(Arrays.copyOf(good, length));
        }
        advance(0);
        assertThat(here.told().malformed()).isEqualTo(good.length);
        peer.say(good);
        assertHere("k", "l");
        here.kit.logs().assertLogged(Level.WARN, "has sent what is no message");
    }

    @Test
    void aMetaThatIsNoObjectDoesNotGetToClients() {
        Entry bad = new Entry(
                new Origin(here.kit.endpoint().node().others().get(0)),
                1,
                1,
                0,
                "t",
                "k",
                "[1]".getBytes(StandardCharsets.UTF_8));
        peer.sayChanges(0, 1, bad);
        assertHere();
        assertThat(here.told().malformed()).isEqualTo(1);
        here.kit.logs().assertLogged(Level.WARN, "a meta that is no JSON object");
    }

    @Test
    void whoeverAsksForWhatThereCannotBeGetsEverything() {
        here.track("mine");
        advance(0);
        peer.heard.clear();
        peer.say(new Ask(1_000_000, 0));
        advance(0);
        peer.say(new Ask(1_000_000, 5_000_000));
        advance(0);
        assertThat(peer.heard)
                .filteredOn(Changes.class::isInstance)
                .allSatisfy(message ->
                        assertThat(((Changes) message).delta().from()).isZero())
                .hasSize(2);
    }

    @Test
    void aSlotThatMovesToAnotherKeyIsThereOnce() {
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        peer.sayChanges(1, 2, peer.entry(1, 2, "other", 1));
        assertHere("other");
        peer.sayChanges(2, 3, HandPeer.removal(1, 3));
        assertHere();
    }
}
