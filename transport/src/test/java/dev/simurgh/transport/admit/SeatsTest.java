package dev.simurgh.transport.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.admit.Seats.Answer;
import dev.simurgh.transport.admit.Seats.Seat;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatsTest {
    private long nanos;

    private Seats seats(ServerLimits.Builder limits) {
        return new Seats(limits.build(), () -> nanos);
    }

    private static Answer take(Seats seats, String address) {
        return seats.take(new InetSocketAddress(address, 4321), false);
    }

    private static Answer session(Seats seats) {
        return seats.take(new InetSocketAddress("10.0.0.1", 4321), true);
    }

    private static Seat seat(Answer answer) {
        assertThat(answer).isInstanceOf(Seat.class);
        return (Seat) answer;
    }

    @Test
    void thereAreAsManyAsTheLimitAndOneThatIsLeftIsFree() {
        Seats seats = seats(ServerLimits.builder().maxConnections(2));
        Seat first = seat(take(seats, "10.0.0.1"));
        seat(take(seats, "10.0.0.2"));
        assertThat(take(seats, "10.0.0.3")).isEqualTo(Overload.CONNECTIONS);
        first.leave();
        first.leave();
        assertThat(seats.connections()).isEqualTo(1);
        seat(take(seats, "10.0.0.3"));
        assertThat(take(seats, "10.0.0.4")).isEqualTo(Overload.CONNECTIONS);
        assertThat(seats.connections()).isEqualTo(2);
    }

    @Test
    void oneAddressTakesNoMoreThanItsShare() {
        Seats seats = seats(ServerLimits.builder().maxConnections(10).maxConnectionsPerAddress(2));
        Seat first = seat(take(seats, "10.0.0.1"));
        seat(take(seats, "10.0.0.1"));
        assertThat(take(seats, "10.0.0.1")).isEqualTo(Overload.CONNECTIONS_PER_ADDRESS);
        assertThat(seats.connections()).isEqualTo(2);
        seat(take(seats, "10.0.0.2"));
        first.leave();
        seat(take(seats, "10.0.0.1"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, ::ffff:10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff:ffff:ffff:ffff, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "::1, 0.0.0.0, false",
        "::1, 0.0.0.1, false"
    })
    void anIpv6NetworkCountsAsOne(String one, String other, boolean same) {
        Seats seats = seats(ServerLimits.builder().maxConnectionsPerAddress(1));
        seat(take(seats, one));
        assertThat(take(seats, other) == Overload.CONNECTIONS_PER_ADDRESS).isEqualTo(same);
    }

    @Test
    void nothingIsKeptOfAnAddressThatHasNoConnections() {
        Seats seats = seats(ServerLimits.builder());
        List<Seat> taken = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            taken.add(seat(take(seats, "10.0." + i % 100 + ".1")));
        }
        assertThat(seats.addresses()).isEqualTo(100);
        taken.forEach(Seat::leave);
        assertThat(seats.addresses()).isZero();
        assertThat(seats.connections()).isZero();
    }

    @Test
    void twoHundredUsersBehindOneAddressAreNotTooManyByDefault() {
        Seats seats = seats(ServerLimits.builder());
        for (int i = 0; i < 200; i++) {
            seat(take(seats, "10.0.0.1"));
        }
        assertThat(seats.connections()).isEqualTo(200);
    }

    @Test
    void sessionsCountAsConnectionsAndHaveALimitOfTheirOwn() {
        Seats seats = seats(ServerLimits.builder().maxConnections(3).maxLongPollSessions(2));
        Seat first = seat(session(seats));
        seat(session(seats));
        assertThat(session(seats)).isEqualTo(Overload.LONG_POLL_SESSIONS);
        seat(take(seats, "10.0.0.1"));
        assertThat(take(seats, "10.0.0.1")).isEqualTo(Overload.CONNECTIONS);
        assertThat(seats.sessions()).isEqualTo(2);
        assertThat(seats.connections()).isEqualTo(3);
        first.leave();
        assertThat(seats.sessions()).isEqualTo(1);
        assertThat(seats.connections()).isEqualTo(2);
        seat(take(seats, "10.0.0.1"));
        assertThat(session(seats)).isEqualTo(Overload.CONNECTIONS);
        assertThat(seats.sessions())
                .as("one that was refused for another reason holds none")
                .isEqualTo(1);
    }

    @Test
    void whereSessionsMayTakeAllConnectionsItIsThoseThatAreTaken() {
        Seats seats = seats(ServerLimits.builder().maxConnections(1));
        seat(session(seats));
        assertThat(session(seats)).isEqualTo(Overload.CONNECTIONS);
    }

    @Test
    void whoGetsNoSeatUsesUpNoHandshake() {
        Seats seats = seats(ServerLimits.builder()
                .maxConnections(10)
                .maxConnectionsPerAddress(1)
                .handshakesPerSecond(2));
        seat(take(seats, "10.0.0.1"));
        for (int i = 0; i < 10; i++) {
            assertThat(take(seats, "10.0.0.1")).isEqualTo(Overload.CONNECTIONS_PER_ADDRESS);
        }
        seat(take(seats, "10.0.0.2"));
        assertThat(take(seats, "10.0.0.3")).isEqualTo(Overload.HANDSHAKES_PER_SECOND);
        assertThat(seats.connections())
                .as("without a handshake no seat is kept")
                .isEqualTo(2);
        assertThat(seats.addresses()).isEqualTo(2);
    }

    @Test
    void asManyHandshakesAsTheLimitInASecondAndNeverTwice() {
        nanos = Long.MAX_VALUE - 5; // a clock may start anywhere
        Seats seats = seats(ServerLimits.builder().handshakesPerSecond(10));
        assertThat(handshakes(seats, 30)).isEqualTo(10);
        nanos += 500_000_000;
        assertThat(handshakes(seats, 30)).isEqualTo(5);
        nanos += 500_000_000;
        assertThat(handshakes(seats, 30)).isEqualTo(5);
        nanos += 60_000_000_000L;
        assertThat(handshakes(seats, 30)).isEqualTo(10);
    }

    @Test
    void whoComesAtThePaceOfTheLimitIsNeverRefused() {
        Seats seats = seats(ServerLimits.builder().handshakesPerSecond(7));
        for (int i = 0; i < 1000; i++) {
            assertThat(handshakes(seats, 1)).isEqualTo(1);
            nanos += 1_000_000_000 / 7 + 1;
        }
    }

    private static int handshakes(Seats seats, int attempts) {
        int in = 0;
        for (int i = 0; i < attempts; i++) {
            if (take(seats, "10.0.0.1") instanceof Seat seat) {
                in++;
                seat.leave();
            }
        }
        return in;
    }

    @Test
    void threadsThatTakeAndLeaveAtOnceNeverTakeMoreThanThereAre() throws Exception {
        Seats seats = seats(ServerLimits.builder().maxConnections(5).maxConnectionsPerAddress(3));
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            String address = "10.0.0." + thread % 2;
            new Thread(() -> {
                        for (int i = 0; i < 20_000; i++) {
                            if (take(seats, address) instanceof Seat seat) {
                                seen.add(seats.connections());
                                seat.leave();
                            }
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        assertThat(seen).allMatch(taken -> taken >= 1 && taken <= 5);
        assertThat(seats.connections()).isZero();
        assertThat(seats.addresses()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONS, 503, 5, too many connections",
        "CONNECTIONS_PER_ADDRESS, 429, 5, too many connections from your address",
        "HANDSHAKES_PER_SECOND, 429, 1, too many handshakes",
        "LONG_POLL_SESSIONS, 503, 5, too many long-poll sessions"
    })
    void theAnswerSaysWhetherTheServerIsFullOrTheClientTooFast(
            Overload overload, int status, int seconds, String text) {
        var answer = overload.answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().get("retry-after")).containsExactly(Integer.toString(seconds));
        assertThat(answer.headers().get("content-type")).containsExactly("text/plain; charset=utf-8");
        assertThat(answer.headers().get("cache-control")).containsExactly("no-store");
        assertThat(answer.body()).isDeepEqualTo(new byte[][] {text.getBytes(StandardCharsets.UTF_8)});
    }
}
