package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConnectTest {
    private static final Assigns.Key<String> NAME = Assigns.key("name");

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private Handshake handshake(Map<String, String> params) {
        return rig.handshake(Vsn.V2, rig.loop(), params);
    }

    @Test
    void everybodyMayConnectByDefault() {
        assertThat(handshake(Map.of())).isInstanceOf(Handshake.Accepted.class);
        assertThat(rig.listener.heard).isEmpty(); // there is no connection yet
        assertThat(rig.connect().transport.closes).isEmpty();
        assertThat(rig.listener.heard).containsExactly("connected /socket fake OK");
    }

    @Test
    void connectDecidesAndRemembers() {
        rig.socket(socket -> socket.connect(request -> request.param("name")
                        .map(name -> ConnectResult.ok(Assigns.of(NAME, name)))
                        .orElseGet(() -> ConnectResult.refuse("no name")))
                .id(assigns -> "named:" + assigns.get(NAME)));
        var accepted = (Handshake.Accepted) handshake(Map.of("name", "ann"));
        assertThat(accepted.assigns().get(NAME)).isEqualTo("ann");
        assertThat(accepted.id()).contains("named:ann");
        assertThat(handshake(Map.of())).isEqualTo(new Handshake.Refused(Optional.of("no name")));
        assertThat(rig.listener.heard).containsExactly("connected /socket fake REFUSED");
    }

    @Test
    void whatStandsAroundAddsToWhatItRemembers() {
        Assigns.Key<String> other = Assigns.key("other");
        rig.socket(socket -> socket.connect(request -> ConnectResult.ok(Assigns.of(NAME, "mine")))
                .assigns(request -> Assigns.of(NAME, "theirs").with(other, "first"))
                .assigns(request ->
                        Assigns.of(other, "second " + request.param("a").orElse("")))
                .id(assigns -> assigns.get(other)));
        var accepted = (Handshake.Accepted) handshake(Map.of("a", "1"));
        assertThat(accepted.assigns()).isEqualTo(Assigns.of(NAME, "mine").with(other, "second 1"));
        assertThat(accepted.id()).contains("second 1");
    }

    @Test
    void itRunsOnTheSchedulerUnlessItIsNonBlocking() {
        rig.socket(socket -> socket.connect(request -> ConnectResult.ok()));
        var request = ConnectRequest.of(Map.of(), ConnectInfo.builder().build());
        var serializer = rig.mount().negotiate(Optional.of("2.0.0")).orElseThrow();
        rig.mount().connect(request, serializer, rig.loop(), () -> true, handshake -> rig.journal.add("done"));
        assertThat(rig.scheduler.waiting()).isOne();
        rig.settle();
        assertThat(rig.journal).containsExactly("done");
    }

    @Test
    void onTheEventLoopItAnswersAtOnce() {
        rig.socket(socket -> socket.connect(request -> ConnectResult.refuse()).nonBlocking());
        var request = ConnectRequest.of(Map.of(), ConnectInfo.builder().build());
        var serializer = rig.mount().negotiate(Optional.empty()).orElseThrow();
        rig.loop()
                .turn(() -> rig.mount()
                        .connect(
                                request,
                                serializer,
                                rig.loop(),
                                () -> true,
                                handshake -> rig.journal.add(String.valueOf(handshake))));
        assertThat(rig.journal).containsExactly("Refused[reason=Optional.empty]");
    }

    @Test
    void whatItThrowsIsACrash() {
        rig.socket(socket -> socket.connect(request -> {
            throw new NoClassDefFoundError("test");
        }));
        assertThat(handshake(Map.of()))
                .isInstanceOfSatisfying(
                        Handshake.Crashed.class,
                        crashed -> assertThat(crashed.cause()).hasMessage("test"));
        assertThat(rig.listener.heard).containsExactly("connected /socket fake CRASHED");
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless handler does
    void nullIsACrashThatSaysWhatIsExpected() {
        rig.socket(socket -> socket.id(assigns -> null));
        assertThat(handshake(Map.of()))
                .isInstanceOfSatisfying(
                        Handshake.Crashed.class,
                        crashed -> assertThat(crashed.cause())
                                .hasMessage("id returned null (expected: a name, or optionalId instead of id)"));
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless connect does
    void nullFromConnectIsOneToo() {
        rig.socket(socket -> socket.connect(request -> null));
        assertThat(handshake(Map.of()))
                .isInstanceOfSatisfying(
                        Handshake.Crashed.class,
                        crashed -> assertThat(crashed.cause())
                                .hasMessage("connect returned null (expected: a ConnectResult)"));
        assertThat(rig.listener.heard).containsExactly("connected /socket fake CRASHED");
    }

    @Test
    void whatTheTransportRefusesIsHeardToo() {
        rig.mount().refused("fake", EndpointListener.ConnectOutcome.WRONG_ORIGIN);
        assertThat(rig.listener.heard).containsExactly("connected /socket fake WRONG_ORIGIN");
    }

    @Test
    void aSchedulerThatTakesNoMoreIsACrash() {
        rig.socket(socket -> socket.connect(request -> ConnectResult.ok()));
        rig.scheduler.rejecting = true;
        assertThat(handshake(Map.of())).isInstanceOf(Handshake.Crashed.class);
        assertThat(rig.listener.heard).containsExactly("connected /socket fake CRASHED");
    }

    @Test
    void whatIsOpenedAndWhatHasGoneBalance() {
        ((Handshake.Accepted) handshake(Map.of())).abandon();
        assertThat(rig.listener.take()).containsExactly("connected /socket fake NOT_OPENED");
        rig.connect().vanish();
        assertThat(rig.listener.take()).containsExactly("connected /socket fake OK", "disconnected /socket fake");
    }

    @Test
    void aConnectionThatCannotBeOpenedIsNotCountedAsOne() {
        rig.socket(socket -> socket.id(assigns -> "me"));
        var accepted = (Handshake.Accepted) handshake(Map.of());
        rig.loop().ended = true;
        assertThatThrownBy(() -> accepted.open(new FakeTransport(rig.loop()))).isInstanceOf(RuntimeException.class);
        assertThat(rig.listener.heard).containsExactly("connected /socket fake NOT_OPENED");
        assertThat(rig.endpoint().connectionCount()).isZero();
    }

    @Test
    void anAnswerForALoopThatHasEndedIsAbandoned() {
        rig.socket(socket -> socket.connect(request -> ConnectResult.ok()));
        var request = ConnectRequest.of(
                Map.of(), ConnectInfo.builder().transport("fake").build());
        var serializer = rig.mount().negotiate(Optional.of("2.0.0")).orElseThrow();
        rig.mount().connect(request, serializer, rig.loop(), () -> true, handshake -> rig.journal.add("done"));
        rig.loop().ended = true;
        rig.settle();
        assertThat(rig.journal).isEmpty();
        assertThat(rig.listener.heard).containsExactly("connected /socket fake NOT_OPENED");
    }

    @Test
    void nobodyIsAskedAboutAClientThatHasGoneWhenItsTurnComes() {
        AtomicBoolean there = new AtomicBoolean(true);
        List<Handshake> answers = new ArrayList<>();
        rig.socket(socket -> socket.connect(request -> {
            rig.journal.add("connect");
            return ConnectResult.ok();
        }));
        var request = ConnectRequest.of(
                Map.of(), ConnectInfo.builder().transport("fake").build());
        var serializer = rig.mount().negotiate(Optional.of("2.0.0")).orElseThrow();
        rig.mount().connect(request, serializer, rig.loop(), there::get, answers::add);
        there.set(false);
        rig.settle();
        assertThat(rig.journal).isEmpty();
        assertThat(answers).containsExactly(new Handshake.Refused(Optional.empty()));
        assertThat(rig.listener.heard).containsExactly("connected /socket fake NOT_OPENED");
    }

    @Test
    void connectsThatCrashDoNotFillTheLog() {
        rig.socket(socket -> socket.quiet().connect(request -> {
            throw new IllegalStateException("test");
        }));
        try (LogCapture log = new LogCapture(Level.INFO)) {
            for (int i = 0; i < 1000; i++) {
                assertThat(handshake(Map.of())).isInstanceOf(Handshake.Crashed.class);
            }
            assertThat(log.lines()).hasSize(10);
            assertThat(log.traces()).isOne();
        }
    }

    @Test
    void theVersionIsNegotiated() {
        assertThat(rig.mount().negotiate(Optional.empty()).orElseThrow().version())
                .isEqualTo("1.0.0");
        assertThat(rig.mount().negotiate(Optional.of("2.0.5")).orElseThrow().version())
                .isEqualTo("2.0.0");
        assertThat(rig.mount().negotiate(Optional.of("3.0.0"))).isEmpty();
        assertThat(rig.endpoint().backstage().mount("/elsewhere")).isEmpty();
        assertThat(rig.endpoint().backstage().mounts()).containsExactly(rig.mount());
    }

    @Test
    void connectInfoFindsHeadersInAnyCase() {
        var info = ConnectInfo.builder()
                .uri("/socket?a=1")
                .headers(Map.of("X-Tenant", "t", "User-Agent", "test", "Host", "h"))
                .build();
        assertThat(info.header("x-TENANT")).contains("t");
        assertThat(info.userAgent()).contains("test");
        assertThat(info.xHeaders()).containsExactly(Map.entry("x-tenant", "t"));
        assertThat(info.uri()).hasToString("/socket?a=1");
        assertThat(info.uri().query()).isEqualTo("a=1");
        assertThat(info.peer()).isEmpty();
    }

    @Test
    void assignsShowTheirKeysOnly() {
        var assigns = Assigns.of(NAME, "secret").with(Assigns.key("n"), 5).with(NAME, "other");
        assertThat(assigns.toString()).contains("name", "n").doesNotContain("secret", "other");
        assertThat(assigns.get(NAME)).isEqualTo("other");
        assertThat(assigns.find(Assigns.key("none"))).isEmpty();
        assertThat(Assigns.of(NAME, "x")).isEqualTo(Assigns.of(NAME, "x")).hasSameHashCodeAs(Assigns.of(NAME, "x"));
    }

    @Test
    void anExecutorThatQueuesTheConnectAndThrowsHasItAnsweredOnce() {
        List<Runnable> queue = new ArrayList<>();
        rig.endpoint(endpoint -> endpoint.scheduler(task -> {
                    queue.add(task);
                    throw new OutOfMemoryError("unable to create native thread");
                }))
                .socket(socket -> socket.connect(request -> ConnectResult.ok()));
        var request = ConnectRequest.of(Map.of(), ConnectInfo.builder().build());
        var serializer = rig.mount().negotiate(Optional.empty()).orElseThrow();
        List<Handshake> answers = new ArrayList<>();
        rig.mount().connect(request, serializer, rig.loop(), () -> true, answers::add);
        queue.forEach(Runnable::run);
        rig.settle();
        assertThat(answers).hasSize(1).first().isInstanceOf(Handshake.Crashed.class);
        assertThat(rig.listener.heard).hasSize(1);
    }
}
