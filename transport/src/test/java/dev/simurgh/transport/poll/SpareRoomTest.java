package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.poll.SessionRig.Client;
import dev.simurgh.transport.poll.SessionRig.Poll;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What could as well wait elsewhere is kept for a client as far as it leaves room to others, and goes on when it is out. */
class SpareRoomTest {
    private final SessionRig rig = new SessionRig();
    private final Client client = rig.connect();
    private final List<String> called = new ArrayList<>();

    @AfterEach
    void close() {
        rig.close();
    }

    private void whenDrained(String what) {
        client.session.whenDrained(() -> called.add(what));
        rig.turn();
    }

    @Test
    void thereIsRoomForHalfOfWhatMayWait() {
        client.push("x".repeat(300));
        assertThat(client.session.hasSpareRoom(100)).isTrue();
        assertThat(client.session.hasSpareRoom(150)).isFalse();
        client.push("x".repeat(500)); // for this there is
        assertThat(client.events).isEmpty();
        client.poll().written();
        assertThat(client.session.hasSpareRoom(400)).isTrue();
    }

    @Test
    void whatIsOwedTakesOfItToo() {
        client.owe("x".repeat(300));
        assertThat(client.session.hasSpareRoom(100)).isTrue();
        assertThat(client.session.hasSpareRoom(150)).isFalse();
        client.owe("x".repeat(600));
        assertThat(client.session.hasSpareRoom(1)).isFalse();
    }

    @Test
    void oneThatIsLargerMayGoIfNoOtherWaits() {
        assertThat(client.session.hasSpareRoom(5_000)).isTrue();
        client.push("[1]");
        assertThat(client.session.hasSpareRoom(5_000)).isFalse();
    }

    @Test
    void whoWaitsIsCalledWhenAllThatWasKeptIsOut() {
        client.push("[1]");
        client.push("[2]");
        whenDrained("first");
        whenDrained("too");
        Poll poll = client.poll();
        client.push("[3]");
        whenDrained("second");
        poll.lost();
        rig.turn();
        assertThat(called).isEmpty();

        Poll again = client.poll();
        assertThat(again.answers).containsExactly("200 [\"[1]\",\"[2]\",\"[3]\"]");
        again.written();
        rig.turn();
        assertThat(called).containsExactly("first", "too", "second");
    }

    @Test
    void whatComesMeanwhileIsNotWaitedFor() {
        client.push("[1]");
        whenDrained("first");
        Poll poll = client.poll();
        client.push("[2]");
        poll.written();
        rig.turn();
        assertThat(called).containsExactly("first");
    }

    @Test
    void ifNothingWaitsThenWithTheNextTask() {
        client.session.whenDrained(() -> called.add("first"));
        assertThat(called).isEmpty();
        rig.turn();
        assertThat(called).containsExactly("first");
    }

    @Test
    void afterTheEndThereIsNoRoomAndNobodyIsCalled() {
        client.push("[1]");
        whenDrained("first");
        client.session.push(Frame.text("x".repeat(2_000))); // too much: what waits is given up
        rig.turn();
        assertThat(client.events).containsExactly("closed " + CloseCode.TRY_AGAIN_LATER + " slow consumer");
        assertThat(client.session.hasSpareRoom(1)).isFalse();
        whenDrained("second");
        client.poll();
        rig.turn();
        assertThat(called).isEmpty();
    }
}
