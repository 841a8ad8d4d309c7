package dev.simurgh.channel;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.pubsub.InMemoryCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a connection between the question whether it may connect and its opening, when nobody can tell it yet. */
@ParameterizedClass
@EnumSource(names = {"V1_ON_SCHEDULER", "V2_ON_EVENT_LOOP"})
class OpeningTest {
    private final Setup setup;
    private final Rig rig;
    private Runnable meanwhile = () -> {};

    OpeningTest(Setup setup) {
        this.setup = setup;
        this.rig = rig();
    }

    private Rig rig() {
        Rig made = new Rig(setup)
                .socket(socket -> socket.id(assigns -> "user:" + assigns.get(Assigns.key("user")))
                        .connect(request -> {
                            meanwhile.run();
                            Assigns user = Assigns.of(
                                    Assigns.key("user"), request.param("user").orElse("7"));
                            return ConnectResult.ok(user).expiresIn(ofMinutes(1));
                        }));
        made.channel(
                "room",
                spec -> spec.join((channel, socket) -> {
                    made.journal.add("join");
                    return JoinResult.ok();
                }));
        return made;
    }

    private Client opened(Handshake handshake) {
        return new Client(rig, rig.loop(), setup.vsn, (Handshake.Accepted) handshake);
    }

    private Handshake accepted() {
        return rig.handshake(setup.vsn, rig.loop(), Map.of());
    }

    private void isClosed(Client client, String how) {
        client.join("1", "room"); // in the same turn as the opening, before it can hear of its end
        assertThat(client.received()).isEmpty();
        assertThat(client.transport.closes).containsExactly(how);
        assertThat(rig.journal).isEmpty();
        assertThat(rig.endpoint().connectionCount()).isZero();
        assertThat(rig.endpoint().counts().subscriptions()).isZero();
        assertThat(rig.timers.waiting()).isZero();
    }

    private void stays(Client client) {
        client.joined("1", "room");
        assertThat(client.transport.closes).isEmpty();
        assertThat(rig.journal).containsExactly("join");
    }

    @Test
    void oneThatIsDisconnectedBeforeItOpensIsClosedWhenItDoes() {
        Handshake handshake = accepted();
        rig.endpoint().disconnect("user:7");
        isClosed(opened(handshake), "1001");
        stays(opened(accepted()));
    }

    @Test
    void soIsOneThatIsDisconnectedWhileItsConnectLooks() throws Exception {
        meanwhile = () -> {
            meanwhile = () -> {};
            onAnotherThread(() -> rig.endpoint().disconnect("user:7"));
        };
        isClosed(opened(accepted()), "1001");
        stays(opened(accepted()));
    }

    @Test
    void soIsOneThatAnotherNodeDisconnects() {
        var cluster = new InMemoryCluster();
        rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test")));
        var there = rig().endpoint(endpoint -> endpoint.cluster(cluster.node("b@test")));
        Handshake before = accepted();
        there.endpoint().disconnect("user:7");
        isClosed(opened(before), "1001");
        stays(opened(accepted()));
    }

    @Test
    void itIsNotClosedForAnother() {
        Handshake handshake = accepted();
        rig.endpoint().disconnect("user:8");
        stays(opened(handshake));
    }

    @Test
    void aConnectThatEndsTheOtherConnectionsOfItsUserKeepsItsOwn() {
        Client first = opened(accepted());
        meanwhile = () -> rig.endpoint().disconnect("user:7");
        Client second = opened(accepted());
        rig.settle();
        assertThat(first.transport.closes).containsExactly("1001");
        stays(second);
    }

    @Test
    void butIsClosedIfSomebodyElseDoesSoThen() {
        meanwhile = () -> rig.endpoint().disconnect("user:7");
        Handshake handshake = accepted();
        rig.endpoint().disconnect("user:7");
        isClosed(opened(handshake), "1001");
    }

    @Test
    void orIfSomebodyElseHasDoneSoBefore() {
        meanwhile = () -> {
            onAnotherThread(
                    () -> rig.endpoint().disconnect("user:7")); // a log-out, of what connect has looked at before
            rig.endpoint().disconnect("user:7");
            rig.endpoint().disconnect("user:7");
        };
        isClosed(opened(accepted()), "1001");
    }

    @Test
    void itIsNotClosedForAnotherWithTheSameHashCode() {
        assertThat("user:BB").hasSameHashCodeAs("user:Aa");
        Handshake handshake = rig.handshake(setup.vsn, rig.loop(), Map.of("user", "Aa"));
        rig.endpoint().disconnect("user:BB");
        stays(opened(handshake));
    }

    @Test
    void namesAreRememberedInABoundOfCharacters() {
        var disconnects = new Disconnects();
        long before = disconnects.count();
        disconnects.add("first");
        disconnects.add("a".repeat(Disconnects.MOST_CHARS - 5));
        assertThat(disconnects.isAmongThoseSince(before, "another")).isFalse();
        disconnects.add("b");
        assertThat(disconnects.isAmongThoseSince(before, "another")).isTrue(); // for all that is known
        assertThat(disconnects.isAmongThoseSince(before + 1, "another")).isFalse();
        assertThat(disconnects.isAmongThoseSince(before + 1, "b")).isTrue();
        disconnects.add("c".repeat(2 * Disconnects.MOST_CHARS));
        assertThat(disconnects.isAmongThoseSince(before + 2, "another")).isTrue();
        assertThat(disconnects.isAmongThoseSince(before + 3, "another")).isFalse();
    }

    @Test
    void oneWhoseTimeIsOverWhenItOpensIsClosed() {
        Handshake handshake = accepted();
        rig.advance(ofMinutes(1));
        isClosed(opened(handshake), "3000 expired");
    }

    @Test
    void whoOpensForLongerThanCanBeRememberedIsClosed() {
        Handshake handshake = accepted();
        for (int i = 0; i < Disconnects.MOST; i++) {
            rig.endpoint().disconnect("other:" + i);
        }
        List<Client> opened = new ArrayList<>(List.of(opened(handshake)));
        rig.settle();
        assertThat(opened.get(0).transport.closes).isEmpty();
        Handshake late = accepted();
        for (int i = 0; i < Disconnects.MOST + 100; i++) {
            rig.endpoint().disconnect("another:" + i);
        }
        Client client = opened(late);
        rig.settle();
        assertThat(client.transport.closes).containsExactly("1001");
        assertThat(Optional.of(rig.endpoint().connectionCount())).contains(1);
    }

    private static void onAnotherThread(Runnable task) {
        Thread thread = new Thread(task);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
