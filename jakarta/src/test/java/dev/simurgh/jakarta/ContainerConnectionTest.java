package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.OpenRequests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection over a container that the test plays, with time in its hands. */
class ContainerConnectionTest {
    private static final int QUEUE = 10_000;
    private static final int MESSAGE = 50_000;

    private final HandLoop loop = new HandLoop();
    private final FakeWire wire = new FakeWire();
    private final LongAdder pinned = new LongAdder();
    private final List<Limit> limited = new ArrayList<>();
    private final Limits limits =
            Limits.builder().maxQueueBytes(QUEUE).maxMessageBytes(MESSAGE).build();
    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .channel(
                                    "a",
                                    ChannelSpec.builder(Object::new)
                                            .handleIn(
                                                    "echo",
                                                    Payload.class,
                                                    (channel, payload, socket) -> Result.ok(payload))
                                            .nonBlocking()
                                            .build())
                            .limits(limits)
                            .build())
            .build();
    private final Backstage backstage = endpoint.backstage();
    private final Seats seats = new Seats(ServerLimits.defaults(), System::nanoTime);
    private final ContainerLoop shared =
            new ContainerLoop(loop, backstage.clientLog(), new QueueBound(1 << 20, 1, pinned::sum), pinned);
    private final WebSocketTerms terms = WebSocketTerms.of(
            WebSocketOptions.builder()
                    .slowTimeout(Duration.ofSeconds(2))
                    .closeTimeout(Duration.ofSeconds(1))
                    .idleTimeout(Duration.ofSeconds(60))
                    .pingInterval(Duration.ofSeconds(20))
                    .build(),
            limits,
            limited::add);
    private final ContainerConnection connection = new ContainerConnection(shared, terms, wire, new OpenRequests());
    private final Incoming incoming = new Incoming(connection, terms);

    ContainerConnectionTest() {
        connection.open(admitted(() -> false));
    }

    private Admitted admitted(BooleanSupplier draining) {
        SocketMount mount = backstage.mount("/socket").orElseThrow();
        Seats.Answer seat = seats.take(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), false);
        return new Admitted(
                backstage.accept(
                        mount, mount.negotiate(Optional.of("2.0.0")).orElseThrow(), Assigns.EMPTY, Optional.empty()),
                (Seats.Seat) seat,
                draining);
    }

    @AfterEach
    void close() {
        connection.gone(1006, "");
        loop.run();
        assertThat(seats.connections()).isZero();
        assertThat(pinned.sum()).isZero();
        assertThat(connection.intake().waiting()).isZero();
        endpoint.close();
    }

    private static Frame frame(int length) {
        return Frame.text("x".repeat(length));
    }

    private void heartbeat() {
        incoming.text("[null,\"1\",\"phoenix\",\"heartbeat\",{}]", true);
        loop.run();
    }

    @Test
    void oneMessageAtATimeIsWithTheContainer() {
        connection.push(frame(1));
        connection.push(frame(2));
        assertThat(wire.sent).containsExactly("x");
        wire.take();
        assertThat(wire.sent).containsExactly("x", "xx");
        assertThat(connection.queuedBytes()).isPositive();
        wire.take();
        assertThat(connection.queuedBytes()).isZero();
    }

    @Test
    void aContainerThatTakesThemAtOnceIsNotCalledFromWithin() {
        wire.takesAtOnce = true;
        for (int i = 0; i < 100_000; i++) {
            connection.push(frame(1));
        }
        assertThat(wire.sent).hasSize(100_000);
        assertThat(limited).isEmpty();
    }

    @Test
    void tooManyPushesForAClientCloseIt() {
        for (int i = 0; i < 11; i++) {
            connection.push(frame(1_000));
        }
        loop.run();
        assertThat(limited).containsExactly(Limit.QUEUE_BYTES);
        assertThat(endpoint.connectionCount()).isZero();
        assertThat(wire.ends).isEmpty(); // behind what the container has
        assertThat(pinned.sum()).isEqualTo(1_000);
        wire.take();
        assertThat(wire.ends).containsExactly("1013 slow consumer");
    }

    @Test
    void whatIsOwedNeverClosesButHoldsTheInput() {
        for (int i = 0; i < 100; i++) {
            connection.send(frame(1_000));
        }
        assertThat(wire.reading).isFalse();
        heartbeat();
        int before = wire.sent.size();
        while (!wire.reading) {
            wire.take();
            loop.ticks(1);
        }
        assertThat(connection.queuedBytes()).isLessThanOrEqualTo(QUEUE / 2).isPositive();
        wire.takesAtOnce = true;
        wire.take();
        loop.run();
        assertThat(wire.sent).hasSizeGreaterThan(before);
        assertThat(wire.sent.get(wire.sent.size() - 1)).contains("phx_reply"); // the heartbeat's
        assertThat(limited).isEmpty();
    }

    @Test
    void whoTakesNothingHasToGoAndIsCutInTheEnd() {
        connection.push(frame(10));
        loop.ticks(30);
        assertThat(endpoint.connectionCount()).isZero();
        assertThat(wire.ends).isEmpty();
        loop.ticks(15);
        assertThat(wire.ends).containsExactly("cut");
        assertThat(seats.connections()).isZero();
    }

    @Test
    void whoTakesALongMessageSlowlyHasTheTimeForIt() {
        connection.send(frame(80_000)); // ten seconds on the slowest line
        loop.ticks(100);
        assertThat(endpoint.connectionCount()).isOne();
        loop.ticks(40);
        assertThat(endpoint.connectionCount()).isZero();
    }

    @Test
    void aBroadcastThatWaitsForManyIsCountedOnce() {
        ContainerConnection second = new ContainerConnection(shared, terms, new FakeWire(), new OpenRequests());
        Frame frame = frame(1_000);
        connection.sendShared(frame);
        second.sendShared(frame);
        assertThat(pinned.sum()).isEqualTo(1_000);
        wire.take();
        assertThat(pinned.sum()).isEqualTo(1_000);
        second.gone(1006, "");
        assertThat(pinned.sum()).isZero();
    }

    @Test
    void whatComesWhilePausedIsTakenInOrderAfterwards() {
        wire.takesAtOnce = true;
        connection.pauseReading();
        assertThat(wire.reading).isFalse();
        for (int i = 0; i < 3; i++) {
            incoming.text("[null,\"" + i + "\",\"phoenix\",\"heartbeat\",{}]", true);
        }
        loop.run();
        assertThat(wire.sent).isEmpty();
        connection.resumeReading();
        loop.run();
        assertThat(wire.sent).hasSize(3).first().asString().startsWith("[null,\"0\"");
        assertThat(wire.reading).isTrue();
    }

    @Test
    void whatAClientSaidBeforeItLeftIsTaken() {
        wire.takesAtOnce = true;
        connection.pauseReading();
        incoming.text("[null,\"1\",\"phoenix\",\"heartbeat\",{}]", true);
        incoming.gone(1001, "");
        loop.run();
        assertThat(wire.sent).hasSize(1);
        assertThat(endpoint.connectionCount()).isZero();
    }

    @Test
    void aClientIsNotReadWhileMuchWaitsForTheLoop() {
        String message = "[null,\"1\",\"phoenix\",\"heartbeat\",{\"s\":\"" + "x".repeat(10_000) + "\"}]";
        for (int i = 0; i < 6; i++) {
            incoming.text(message, true);
        }
        assertThat(wire.reading).isTrue();
        incoming.text(message, true);
        assertThat(wire.reading).isFalse();
        loop.run();
        assertThat(wire.reading).isTrue();
    }

    @Test
    void aContainerThatReadsOnHasItsClientClosed() {
        connection.pauseReading();
        for (int i = 0; i < Intake.MOST / 10_000 + 3; i++) {
            incoming.text("x".repeat(10_000), true);
        }
        assertThat(connection.intake().waiting()).isLessThan(Intake.MOST + 20_000L);
        loop.run();
        assertThat(wire.ends).containsExactly("1013 busy");
        assertThat(endpoint.connectionCount()).isZero();
    }

    @Test
    void piecesBecomeAMessage() {
        wire.takesAtOnce = true;
        incoming.text("[null,\"1\",", false);
        incoming.text("\"phoenix\",\"heart", false);
        incoming.text("beat\",{}]", true);
        loop.run();
        assertThat(wire.sent).hasSize(1);
    }

    @Test
    void aMessageThatIsTooLongEndsTheConnectionBeforeItIsThere() {
        for (int i = 0; i < 6; i++) {
            incoming.binary(ByteBuffer.wrap(new byte[10_000]), false);
        }
        loop.run();
        assertThat(limited).containsExactly(Limit.MESSAGE_BYTES);
        assertThat(wire.ends).containsExactly("1009 message over 50000 bytes");
    }

    @Test
    void aMessageInTooManyPiecesEndsTheConnection() {
        for (int i = 0; i < 1_100; i++) {
            incoming.text("x", false);
        }
        loop.run();
        assertThat(limited).containsExactly(Limit.FRAGMENTS);
        assertThat(wire.ends).containsExactly("1008 message in more than 1024 frames");
    }

    @Test
    void aSilentClientIsPingedAndThenGivenUp() {
        loop.ticks(205);
        assertThat(wire.pings).isOne();
        incoming.pong(ByteBuffer.wrap(new byte[0]));
        loop.run();
        loop.ticks(205);
        assertThat(wire.pings).isEqualTo(2);
        loop.ticks(210);
        assertThat(wire.ends).startsWith("1001 no pong");
        assertThat(endpoint.connectionCount()).isZero();
    }

    @Test
    void aClientHasItsTimeForAPongFromWhenThePingWentOut() {
        wire.holdsPings = true;
        loop.ticks(405);
        assertThat(wire.pings).isOne();
        assertThat(wire.ends).isEmpty();
        wire.flyingPings.remove().sent();
        loop.ticks(190);
        assertThat(wire.ends).isEmpty();
        incoming.pong(ByteBuffer.wrap(new byte[0]));
        loop.run();
        loop.ticks(205);
        assertThat(wire.pings).isEqualTo(2);
        assertThat(wire.ends).isEmpty();
        wire.flyingPings.remove().failed(new IOException("it does not take a ping"));
        loop.run();
        assertThat(wire.ends).containsExactly("cut");
        assertThat(endpoint.connectionCount()).isZero();
    }

    @Test
    void whoOpensWhileClientsAreSentAwayIsSentAwayToo() {
        FakeWire late = new FakeWire();
        OpenRequests open = new OpenRequests();
        open.begun();
        ContainerConnection latecomer = new ContainerConnection(shared, terms, late, open);
        latecomer.open(admitted(() -> true));
        assertThat(late.ends).isEmpty();
        loop.run();
        assertThat(late.ends).containsExactly("1012 ");
        latecomer.gone(1012, "");
        assertThat(open.whenNone()).isDone();
    }

    @Test
    void aRoundTripIsMeasuredByItsOwnPong() {
        List<Long> measured = new ArrayList<>();
        connection.roundTrip(measured::add);
        assertThat(wire.pings).isOne();
        incoming.pong(ByteBuffer.wrap(new byte[8]));
        loop.run();
        assertThat(measured).isEmpty();
    }

    @Test
    void aClosedConnectionIsOverWhenTheContainerSaysSo() {
        connection.close(1012, "restart");
        assertThat(wire.ends).containsExactly("1012 restart");
        loop.ticks(4);
        assertThat(seats.connections()).isOne();
        wire.ended = true;
        loop.ticks(4);
        assertThat(seats.connections()).isZero();
    }

    @Test
    void whatIsToldTwiceOrTooLateDoesNothing() {
        connection.push(frame(10));
        Wire.Sent told = wire.flying.remove();
        told.sent();
        told.sent();
        told.failed(new IllegalStateException("late"));
        loop.run();
        assertThat(connection.queuedBytes()).isZero();
        assertThat(endpoint.connectionCount()).isOne();
    }

    @Test
    void aMessageThatCannotBeSentEndsTheConnection() {
        connection.push(frame(10));
        wire.flying.remove().failed(new IllegalStateException("gone"));
        loop.run();
        assertThat(endpoint.connectionCount()).isZero();
        assertThat(wire.ends).containsExactly("cut");
    }

    @Test
    void whoWaitsUntilAllIsOutHearsOnce() {
        List<String> heard = new ArrayList<>();
        connection.push(frame(10));
        connection.whenDrained(() -> heard.add("drained"));
        loop.run();
        assertThat(heard).isEmpty();
        wire.take();
        loop.run();
        assertThat(heard).containsExactly("drained");
    }

    @Test
    void aClientThatSendsPongsWithoutEndIsLeftUnread() {
        ByteBuffer pong = ByteBuffer.allocate(100);
        for (int i = 0; wire.reading && i < 10_000; i++) {
            incoming.pong(pong.rewind());
        }
        assertThat(wire.reading).isFalse();
        loop.run();
        assertThat(wire.reading).isTrue();
        assertThat(connection.intake().waiting()).isZero();
    }
}
