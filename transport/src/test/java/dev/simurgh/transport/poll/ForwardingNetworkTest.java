package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.testkit.TestCluster;
import dev.simurgh.transport.poll.SessionRig.Client;
import dev.simurgh.transport.poll.SessionTokens.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session on the node {@code a} whose client asks the node {@code b}, over a network that the test delays, loses and splits. */
class ForwardingNetworkTest {
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final Duration UNTIL_SETTLED = Duration.ofSeconds(3);
    private static final Duration WITHOUT_A_WORD = Duration.ofSeconds(67);

    private final TestCluster cluster = TestCluster.seed(7);
    private final SessionRig rig = new SessionRig();
    private final Endpoint a = endpoint("a");
    private final Endpoint b = endpoint("b");
    private final Forwarding owner = new Forwarding(a.node(), rig.sessions, 100);
    private final Forwarding serving =
            new Forwarding(b.node(), new LongPollSessions(b.backstage().clientLog(), 1 << 20, 1), 100);
    private final Client client = rig.connect();
    private int tooMuch;

    private Endpoint endpoint(String name) {
        return Endpoint.builder()
                .codec(new JacksonCodec())
                .cluster(cluster.node(name))
                .build();
    }

    @AfterEach
    void close() {
        owner.close();
        serving.close();
        a.close();
        b.close();
        rig.close();
    }

    private Desk desk(String session) {
        return serving.desk(new Place(a.node().id(), session), () -> tooMuch++).orElseThrow();
    }

    /** A poll that came in on b. */
    private final class Elsewhere implements Asker {
        final List<String> answers = new ArrayList<>();
        final Desk desk;
        boolean found;
        boolean cut;

        Elsewhere() {
            this(client);
        }

        Elsewhere(Client of) {
            desk = desk(of.session.id());
            desk.ifFound(() -> found = true);
            desk.poll(this);
            pass();
        }

        @Override
        public void answer(PollAnswer answer) {
            answers.add(answer.status() + " " + new String(answer.messages(), StandardCharsets.UTF_8));
        }

        @Override
        public void settle() {}

        @Override
        public void cutOff() {
            cut = true;
        }

        Elsewhere written() {
            desk.settled(this, true);
            pass();
            return this;
        }
    }

    /** All that is on its way arrives, and is looked at. */
    private void pass() {
        for (int i = 0; i < 4; i++) {
            cluster.clock().advance(DELAY);
            rig.turn();
        }
    }

    private void say(String text) {
        client.push(text);
        pass();
    }

    @Test
    void aPollGetsWhatComesAndTheNextWhatComesThen() {
        cluster.delay(DELAY);
        Elsewhere first = new Elsewhere();
        assertThat(first.found).isTrue();
        say("[1]");
        assertThat(first.written().answers).containsExactly("200 [\"[1]\"]");

        Elsewhere second = new Elsewhere();
        say("[2]");
        assertThat(second.written().answers).containsExactly("200 [\"[2]\"]");
        assertThat(rig.sessions.bytes()).isZero();
    }

    @Test
    void aPollWhoseClientHasGoneWaitsNoMore() {
        Elsewhere gone = new Elsewhere();
        gone.desk.cancel(gone);
        say("[1]");

        assertThat(gone.answers).isEmpty();
        assertThat(client.poll().answers).containsExactly("200 [\"[1]\"]");
    }

    @Test
    void whatWasLostOnTheWayToTheClientsNodeIsKept() {
        Elsewhere first = new Elsewhere();
        cluster.lose("a", "b", 1);
        say("[1]");
        assertThat(first.answers).isEmpty();
        cluster.lose("a", "b", 0);

        Elsewhere second = new Elsewhere();
        rig.pass(UNTIL_SETTLED);
        assertThat(second.written().answers).containsExactly("200 [\"[1]\"]");
    }

    @Test
    void whatIsNotSaidToHaveGoneOutIsKeptForAMinuteAndThenThere() {
        Elsewhere first = new Elsewhere();
        say("[1]");
        cluster.lose("b", "a", 1);
        first.written();
        cluster.lose("b", "a", 0);
        rig.pass(WITHOUT_A_WORD);

        assertThat(client.poll().answers).containsExactly("200 [\"[1]\"]");
    }

    @Test
    void whoAsksOftenDoesNotPutOffThatItsMessagesAreThere() {
        new Elsewhere();
        say("[1]");
        cluster.lose("b", "a", 1);
        Duration often = UNTIL_SETTLED.dividedBy(6);
        List<SessionRig.Poll> polls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            polls.add(client.poll());
            rig.pass(often);
        }

        assertThat(polls).anyMatch(poll -> poll.answers.contains("200 [\"[1]\"]"));
    }

    @Test
    void whatIsOnItsWayToClientsElsewhereIsBoundedAndTheOldestIsCutOff() {
        Client other = rig.connect();
        String text = "[" + "1".repeat(60) + "]";
        Elsewhere first = new Elsewhere();
        say(text);
        Elsewhere second = new Elsewhere(other);
        assertThat(serving.bytes()).isEqualTo(66);

        other.push(text);
        pass();

        assertThat(second.answers).hasSize(1);
        assertThat(first.cut).isTrue();
        assertThat(second.cut).isFalse();
        assertThat(tooMuch).isEqualTo(1);
        first.desk.settled(first, false);
        second.written();
        assertThat(serving.bytes()).isZero();
        assertThat(client.poll().answers).containsExactly("200 [\"" + text + "\"]");
        assertThat(other.poll().answers).isEmpty();
    }

    @Test
    void aRequestThatIsLostIsNotFound() {
        cluster.lose("b", "a", 1);
        Elsewhere lost = new Elsewhere();

        assertThat(lost.found).isFalse();
        assertThat(lost.answers).isEmpty(); // until the lookup timeout of its route
    }

    @Test
    void aSplitEndsThePollAndKeepsItsMessages() {
        Elsewhere first = new Elsewhere();
        Elsewhere unconfirmed = new Elsewhere();
        say("[1]");
        cluster.partition(Set.of("a"), Set.of("b"));
        pass();

        assertThat(first.answers).containsExactly("204 []");
        assertThat(unconfirmed.answers).containsExactly("200 [\"[1]\"]");
        assertThat(serving.desk(new Place(a.node().id(), client.session.id()), () -> {}))
                .isEmpty();
        cluster.heal();
        pass();
        assertThat(new Elsewhere().answers).containsExactly("200 [\"[1]\"]");
    }

    @Test
    void aNodeThatGoesEndsThePollsForItsSessions() {
        Elsewhere waiting = new Elsewhere();

        cluster.crash("a");
        pass();

        assertThat(waiting.answers).containsExactly("410 []");
    }

    @Test
    void aPostIsTakenOnce() {
        cluster.delay(DELAY);
        List<Integer> statuses = new ArrayList<>();
        Desk desk = desk(client.session.id());
        byte[] body = "[1]\n[2]".getBytes(StandardCharsets.UTF_8);
        desk.post(new Post(new Batch(body, true), statuses::add));
        pass();

        assertThat(statuses).containsExactly(Post.OK);
        assertThat(client.said).containsExactly("[1]", "[2]");
    }

    @Test
    void aSessionThatIsNotThereIsGone() {
        List<Integer> statuses = new ArrayList<>();
        Desk desk = desk(rig.sessions.newId());
        desk.post(new Post(new Batch("[1]".getBytes(StandardCharsets.UTF_8), false), statuses::add));
        pass();

        assertThat(statuses).containsExactly(Post.GONE);
    }
}
