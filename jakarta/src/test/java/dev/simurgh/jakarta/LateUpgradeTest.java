package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.OpenRequests;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** A container whose threads are all busy makes a WebSocket of a request when it has been given up. */
class LateUpgradeTest {
    private final HandLoop loop = new HandLoop();
    private final FakeWire wire = new FakeWire();
    private final OpenRequests connections = new OpenRequests();
    private final Seats seats = new Seats(ServerLimits.defaults(), System::nanoTime);

    @Test
    void whoComesWhenItWasGivenUpIsCutAndCountedOnce() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        try (Endpoint endpoint = Endpoint.builder()
                .socket("/socket", SocketSpec.builder().quiet().build())
                .build()) {
            Upgrade upgrade = upgrade(endpoint, new Upgrade.Terms(new Pings(threads, 1), threads, connections));
            loop.ticks(200);
            assertThat(seats.connections()).isZero();
            ContainerConnection late = upgrade.opened(wire);
            loop.run();
            assertThat(wire.ends).containsExactly("cut");
            late.gone(1006, "");
            assertThat(connections.whenNone()).isCompleted();
            assertThat(endpoint.connectionCount()).isZero();
        } finally {
            threads.shutdown();
        }
    }

    private Upgrade upgrade(Endpoint endpoint, Upgrade.Terms common) {
        LongAdder pinned = new LongAdder();
        SocketMount mount = endpoint.backstage().mount("/socket").orElseThrow();
        Seats.Answer seat = seats.take(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), false);
        Admitted client = new Admitted(
                endpoint.backstage()
                        .accept(
                                mount,
                                mount.negotiate(Optional.of("2.0.0")).orElseThrow(),
                                Assigns.EMPTY,
                                Optional.empty()),
                (Seats.Seat) seat,
                () -> false);
        ContainerLoop shared = new ContainerLoop(
                loop, endpoint.backstage().clientLog(), new QueueBound(1 << 20, 1, pinned::sum), pinned);
        WebSocketOptions options = WebSocketOptions.defaults();
        WebSocketTerms terms = WebSocketTerms.of(options, Limits.defaults(), limit -> {});
        return new Upgrade(shared, common, options, terms, client, Optional.empty(), wire.peer());
    }
}
