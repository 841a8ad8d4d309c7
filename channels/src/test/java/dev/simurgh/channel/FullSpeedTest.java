package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two real event loops: one client speaks as fast as it is read on one of them, to many who listen on the other. What waits there stays
 * within its bounds, nobody loses anything, and who else is on that loop is served. Bounded in the number of messages.
 */
class FullSpeedTest {
    private static final int MESSAGES = 30_000;
    private static final int LISTENERS = 200;
    private static final int ECHOES = 100;
    private static final int WINDOW = 500; // what a client has under way, so that its own channel is not behind
    private static final byte[] SAID = bytes("[\"1\",\"2\",\"T\",\"say\",{\"text\":\"" + "x".repeat(100) + "\"}]");

    private final ThreadLoop speaking = new ThreadLoop();
    private final ThreadLoop listening = new ThreadLoop();
    private final LongAdder delivered = new LongAdder();
    private final AtomicInteger handled = new AtomicInteger();
    private final Endpoint endpoint = Endpoint.builder()
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .channel("room:*", room().build())
                            .channel("fast:*", room().nonBlocking().build())
                            .channel("echo", room().build())
                            .limits(Limits.builder()
                                    .messagesPerSecond(Integer.MAX_VALUE)
                                    .bytesPerSecond(Integer.MAX_VALUE)
                                    .build())
                            .quiet()
                            .build())
            .build();

    private ChannelSpec.Builder<Object> room() {
        return ChannelSpec.builder(Object::new)
                .quiet()
                .handleIn("say", Payload.class, (c, payload, s) -> {
                    s.broadcastFrom("said", payload);
                    handled.incrementAndGet();
                    return Result.noReply();
                })
                .handleIn("echo", Payload.class, (c, payload, s) -> Result.ok(payload));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @AfterEach
    void end() {
        endpoint.close();
        speaking.close();
        listening.close();
    }

    /** A client whose transport counts, and reads on its loop while it may. */
    private final class Party implements Transport {
        private final EventLoop loop;
        private final CountDownLatch joined = new CountDownLatch(1);
        private final CompletableFuture<Connection> connection = new CompletableFuture<>();
        private final Semaphore replies = new Semaphore(0);
        private final CountDownLatch allSaid = new CountDownLatch(1);
        private final CountDownLatch paused = new CountDownLatch(1);
        private final AtomicLong highest = new AtomicLong();
        private boolean reading = true;
        private int pauses;
        private int said;

        Party(EventLoop loop, String topic) throws Exception {
            this.loop = loop;
            SocketMount mount = endpoint.backstage().mount("/socket").orElseThrow();
            ConnectRequest request = ConnectRequest.of(
                    Map.of(), ConnectInfo.builder().transport("test").build());
            mount.connect(request, mount.negotiate(Optional.of("2.0.0")).orElseThrow(), loop, () -> true, answer -> {
                connection.complete(((Handshake.Accepted) answer).open(this));
                receive(bytes("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]"));
            });
            assertThat(joined.await(20, TimeUnit.SECONDS)).isTrue();
        }

        private void receive(byte[] message) {
            connection.join().textReceived(message, 0, message.length);
        }

        /** Reads what the client has said, one message for each task, so that the loop has its other tasks done between. */
        void speak(byte[] message, Backlog backlog) {
            if (!reading) {
                return;
            }
            highest.accumulateAndGet(backlog.bytes(), Math::max);
            if (said == MESSAGES) {
                allSaid.countDown();
                return;
            }
            if (said - handled.get() < WINDOW) {
                said++;
                receive(message.clone());
            }
            loop.execute(() -> speak(message, backlog));
        }

        private Runnable goOn = () -> {};

        @Override
        public String name() {
            return "test";
        }

        @Override
        public EventLoop eventLoop() {
            return loop;
        }

        @Override
        public void send(Frame frame) {
            joined.countDown();
            replies.release();
        }

        @Override
        public void sendShared(Frame frame) {
            delivered.increment();
        }

        @Override
        public void close(int code, String reason) {
            loop.execute(() -> connection.join().transportClosed());
        }

        @Override
        public void pauseReading() {
            reading = false;
            pauses++;
            paused.countDown();
        }

        @Override
        public void resumeReading() {
            reading = true;
            goOn.run();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:1", "fast:1"})
    void whatWaitsIsBoundedNothingIsLostAndOthersAreServed(String topic) throws Exception {
        for (int i = 0; i < LISTENERS; i++) {
            new Party(listening, topic);
        }
        Party echo = new Party(listening, "echo");
        Party speaker = new Party(speaking, topic);
        Backlog backlog = endpoint.pubsub().backlog(listening);
        byte[] message = bytes(new String(SAID, StandardCharsets.UTF_8).replace("T", topic));
        speaker.goOn = () -> speaking.execute(() -> speaker.speak(message, backlog));
        echo.replies.drainPermits();

        listening.execute(() -> awaitQuietly(speaker.paused)); // so that it is behind, however fast it is
        speaking.execute(() -> speaker.speak(message, backlog));
        for (int i = 0; i < ECHOES; i++) {
            listening.execute(() -> echo.receive(bytes("[\"1\",\"2\",\"echo\",\"echo\",{}]")));
            assertThat(echo.replies.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(speaker.allSaid.await(60, TimeUnit.SECONDS)).isTrue();
        CountDownLatch mailboxEmpty = new CountDownLatch(1);
        speaking.execute(() -> {
            speaker.replies.drainPermits();
            speaker.receive(bytes("[\"1\",\"3\",\"" + topic + "\",\"echo\",{}]"));
            mailboxEmpty.countDown();
        });
        assertThat(mailboxEmpty.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(speaker.replies.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch allDelivered = new CountDownLatch(1);
        listening.execute(allDelivered::countDown);
        assertThat(allDelivered.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(speaker.pauses).isPositive();
        assertThat(speaker.highest.get()).isLessThan(BacklogLimits.defaults().dropBytes());
        assertThat(endpoint.droppedCount()).isZero();
        assertThat(delivered.sum()).isEqualTo((long) MESSAGES * LISTENERS);
        assertThat(backlog.bytes()).isZero();
    }
}
