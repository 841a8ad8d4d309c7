package dev.simurgh.server.listen;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.IoTransport;
import dev.simurgh.transport.TrustedProxies;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListenerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final AtomicInteger accepted = new AtomicInteger();
    private final CompletableFuture<Integer> acceptedInFirstTurn = new CompletableFuture<>();

    /** Else a loop with turns of 60 ms, which is one with much to do, would let in 16 clients in a second. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void connectionsThatWaitAreAcceptedManyAtATimeHoweverLongATurnTakes(IoTransport transport) throws Exception {
        assumeTrue(transport == IoTransport.NIO || Epoll.isAvailable());
        List<Socket> clients = new ArrayList<>();
        try (Endpoint endpoint = Endpoint.builder().codec(new JacksonCodec()).build()) {
            Listener listener = new Listener(
                    1,
                    new InetSocketAddress(HERE, 0),
                    new Pipelines(
                            null,
                            TrustedProxies.none(),
                            transport,
                            endpoint.backstage().clientLog(),
                            (pipeline, loop) -> accepted(loop)));
            CountDownLatch inLongTurn = new CountDownLatch(1);
            CountDownLatch longTurn = new CountDownLatch(1);
            listener.forEachLoop(loop -> loop.execute(() -> {
                inLongTurn.countDown();
                await(longTurn);
            }));
            assertThat(inLongTurn.await(5, SECONDS)).isTrue(); // else it accepts those that are there before it
            for (int i = 0; i < 2 * Sockets.ACCEPTS; i++) {
                clients.add(new Socket(HERE, listener.port()));
            }
            longTurn.countDown();

            assertThat(acceptedInFirstTurn.get(5, SECONDS)).isEqualTo(Sockets.ACCEPTS);
            for (Socket client : clients) {
                client.close();
            }
            listener.close().get(5, SECONDS);
        }
    }

    private void accepted(ServerLoop loop) {
        if (accepted.getAndIncrement() == 0) {
            loop.execute(() -> acceptedInFirstTurn.complete(accepted.get()));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
