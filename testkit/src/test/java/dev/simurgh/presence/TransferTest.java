package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.PresenceMessage.Ask;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.presence.PresenceMessage.Hello;
import dev.simurgh.testkit.TestCluster;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much is asked, and told, when what a node is told in pages comes twice, late or not at all. */
class TransferTest {
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

    private List<Changes> answers() {
        return peer.heard.stream()
                .filter(Changes.class::isInstance)
                .map(Changes.class::cast)
                .toList();
    }

    @Test
    void aPageThatComesTwiceIsNoReasonToAskTwice() {
        advance(0);
        peer.heard.clear();
        peer.sayPage(0, 3, 9, true, peer.entry(3, 3, "a", 1));
        peer.sayPage(0, 3, 9, true, peer.entry(3, 3, "a", 1));
        peer.sayPage(0, 3, 9, true, peer.entry(3, 3, "a", 1));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(3, 9));
        peer.sayPage(3, 6, 9, true, peer.entry(6, 6, "b", 1));
        peer.sayPage(3, 6, 9, true, peer.entry(6, 6, "b", 1));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(3, 9), new Ask(6, 9));
    }

    /** Whatever is wrong with it: the two must not keep each other busy. */
    @Test
    void aNodeThatSaysThatItIsFurtherThanItIsIsNotAskedWithoutEnd() {
        advance(600);
        peer.heard.clear();
        peer.say(new Hello(99));
        for (int i = 0; i < 10; i++) {
            advance(0);
            peer.sayChanges(0, 0);
        }
        advance(0);
        assertThat(peer.asked()).hasSize(1);
    }

    @Test
    void aNodeThatAsksOnAndOnIsAnsweredOnceForAllThatWaits() {
        here.track("mine");
        advance(100);
        peer.heard.clear();
        byte[] ask = new Ask(0, 0).encode();
        for (int i = 0; i < 1000; i++) {
            peer.say(ask);
        }
        advance(0);
        assertThat(answers().size()).isBetween(1, 10);
    }

    @Test
    void whoHasNothingIsNotToldOfRemovals() {
        for (int i = 0; i < 100; i++) {
            here.track("k" + i).close();
        }
        here.track("stays");
        advance(100);
        peer.heard.clear();
        peer.say(new Ask(0, 0));
        advance(0);
        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(answer.delta().removals()).isEmpty();
            assertThat(answer.delta().entries()).extracting(entry -> entry.key).containsExactly("stays");
        });
    }

    @Test
    void whatWaitsToBeHandledIsBoundedAndWhatWasDroppedIsAskedFor() {
        byte[] unknown = new byte[1 << 20];
        unknown[0] = PresenceMessage.FORMAT;
        unknown[1] = 99;
        for (int i = 0; i < 20; i++) {
            peer.say(unknown);
        }
        byte[] change = new Changes(HandPeer.page(0, 1, peer.entry(1, 1, "k", 1))).encode();
        peer.say(Arrays.copyOf(change, unknown.length)); // what stands behind it is passed over
        advance(600);
        assertThat(here.list()).isEmpty();
        assertThat(here.told().dropped()).isEqualTo(14);
        assertThat(here.told().unknown()).isEqualTo(7);
        for (int i = 0; i < 7; i++) { // as what waited has been handled
            peer.say(unknown);
        }
        advance(0);
        assertThat(here.told().dropped()).isEqualTo(14);
        peer.heard.clear();
        peer.say(new Hello(1));
        advance(0);
        assertThat(peer.asked()).containsExactly(new Ask(0, 0));
        peer.sayChanges(0, 1, peer.entry(1, 1, "k", 1));
        advance(100);
        assertThat(here.list()).containsOnlyKeys("k");
    }

    /** Else each of them would have all others ask for what they are about to be told. */
    @Test
    void whatIsToldToAllAsksNobodyToAsk() {
        PresenceOwner owner = here.presence.owner();
        for (int i = 0; i < 2 * ChangeLog.MAX_ITEMS; i++) {
            owner.track("t", "k" + i, Map.of("n", i));
        }
        advance(100);
        assertThat(answers())
                .hasSizeGreaterThan(2)
                .noneMatch(changes -> changes.delta().more());
    }
}
