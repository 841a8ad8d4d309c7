package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PingsTest {
    private static final int LOOPS = 2;
    private static final int SECOND = 10 * LOOPS;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final Pings pings = new Pings(threads, LOOPS);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void end() {
        never.countDown();
        threads.shutdownNow();
    }

    private void send(String name, CountDownLatch until, int ticks) {
        CountDownLatch begun = new CountDownLatch(threads.getActiveCount() < 2 ? 1 : 0);
        pings.send(
                () -> {
                    begun.countDown();
                    awaitHere(until);
                },
                ticks,
                new Wire.Sent() {
                    @Override
                    public void sent() {
                        heard.add(name + " sent");
                    }

                    @Override
                    public void failed(Throwable cause) {
                        heard.add(name + " " + cause.getMessage());
                        until.countDown(); // as its connection is cut
                    }
                });
        awaitHere(begun);
    }

    private static void awaitHere(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            pings.look();
        }
    }

    @Test
    void whoHoldsAThreadForLongestGoesWhenOthersWait() {
        CountDownLatch first = new CountDownLatch(1);
        send("first", first, 100);
        look(1);
        send("second", never, 100);
        look(SECOND + 5);
        assertThat(heard).isEmpty(); // nobody waits
        send("third", new CountDownLatch(0), 100);
        look(1);
        await().untilAsserted(() -> assertThat(heard).containsExactly("first it does not take a ping", "third sent"));
        look(SECOND);
        assertThat(heard).hasSize(2);
    }

    @Test
    void whoTakesNoPingForAsLongAsItMayGoesByItself() {
        CountDownLatch slow = new CountDownLatch(1);
        send("slow", slow, 30);
        look(30 * LOOPS);
        assertThat(heard).isEmpty();
        look(1);
        assertThat(heard).containsExactly("slow it does not take a ping");
    }
}
