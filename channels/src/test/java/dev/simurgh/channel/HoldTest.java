package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A mailbox that waits for something from outside before it handles more. */
class HoldTest {
    private static final class Box extends Mailbox {
        private final Executor executor;
        final List<String> handled = new ArrayList<>();
        final CountDownLatch done = new CountDownLatch(1);

        Box(Executor executor) {
            this.executor = executor;
        }

        @Override
        Executor executor() {
            return executor;
        }

        @Override
        void putOff(Throwable why, Runnable again) {
            throw new AssertionError(why);
        }

        @Override
        void handle(Object item) {
            handled.add(item.toString());
            if (item.equals("hold")) {
                hold(() -> handled.add("on"));
            } else if (item.equals("hold twice")) {
                hold(() -> {
                    handled.add("on");
                    hold(() -> handled.add("and on"));
                });
            } else if (item.equals("done")) {
                done.countDown();
            }
        }
    }

    private final ManualScheduler scheduler = new ManualScheduler();
    private final Box box = new Box(scheduler);

    private void run() {
        while (scheduler.runOne()) {}
    }

    @Test
    void nothingIsHandledBeforeItGoesOn() {
        box.post("1");
        box.post("hold");
        box.post("2");
        run();
        box.post("3");
        assertThat(box.handleNow("4")).isFalse();
        run();
        assertThat(box.handled).containsExactly("1", "hold");
        box.goOn();
        run();
        assertThat(box.handled).containsExactly("1", "hold", "on", "2", "3");
        assertThat(box.handleNow("4")).isTrue();
    }

    @Test
    void itGoesOnAlsoIfNothingHasCome() {
        box.post("hold");
        run();
        box.goOn();
        box.goOn();
        run();
        assertThat(box.handled).containsExactly("hold", "on");
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void whoWasToldToGoOnBeforeDoesNotWait() {
        box.goOn();
        box.post("hold");
        box.post("1");
        run();
        assertThat(box.handled).containsExactly("hold", "on", "1");
    }

    @Test
    void itIsHeldAlsoWhereItWasHandledAtOnce() {
        assertThat(box.handleNow("hold")).isTrue();
        assertThat(box.handleNow("1")).isFalse();
        box.goOn();
        run();
        assertThat(box.handled).containsExactly("hold", "on");
    }

    @Test
    void noThreadMissesTheWord() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 3000; round++) {
                Box each = new Box(threads);
                threads.execute(each::goOn);
                each.post("hold");
                threads.execute(() -> each.post("done"));
                assertThat(each.done.await(30, TimeUnit.SECONDS))
                        .as("round " + round)
                        .isTrue();
                assertThat(each.handled).contains("hold").doesNotHaveDuplicates();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oneThatIsHeldAnewWhenItGoesOnHandlesNothingBetween() {
        box.post("hold twice");
        box.post("1");
        box.goOn();
        run();
        assertThat(box.handled).containsExactly("hold twice", "on", "and on", "1");
    }
}
