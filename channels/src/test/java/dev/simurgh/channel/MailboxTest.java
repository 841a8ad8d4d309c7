package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final class Box extends Mailbox {
        private final Executor executor;
        private final Consumer<Object> handler;
        final List<Runnable> putOff = new ArrayList<>();

        Box(Executor executor, Consumer<Object> handler) {
            this.executor = executor;
            this.handler = handler;
        }

        @Override
        Executor executor() {
            return executor;
        }

        @Override
        void handle(Object item) {
            handler.accept(item);
        }

        @Override
        void putOff(Throwable why, Runnable again) {
            putOff.add(again);
        }
    }

    @Nested
    class OnOneThread {
        private final ManualScheduler scheduler = new ManualScheduler();
        private final List<Object> handled = new ArrayList<>();

        @Test
        void itemsAreHandledInOrderByOneTask() {
            var box = new Box(scheduler, handled::add);
            box.post(1);
            box.post(2);
            assertThat(scheduler.waiting()).isOne();
            scheduler.runOne();
            assertThat(handled).containsExactly(1, 2);
            assertThat(scheduler.waiting()).isZero();
        }

        @Test
        void aLongQueueLetsOthersInBetween() {
            var box = new Box(scheduler, handled::add);
            for (int i = 0; i < 300; i++) {
                box.post(i);
            }
            scheduler.runOne();
            assertThat(handled).hasSize(128);
            assertThat(scheduler.waiting()).isOne();
            scheduler.runOne();
            scheduler.runOne();
            assertThat(handled).hasSize(300);
            assertThat(scheduler.waiting()).isZero();
        }

        @Test
        void handleNowGivesWayToWhatIsThereAlready() {
            var box = new Box(scheduler, handled::add);
            assertThat(box.handleNow(1)).isTrue();
            box.post(2);
            assertThat(box.handleNow(3)).isFalse();
            scheduler.runOne();
            assertThat(box.handleNow(4)).isTrue();
            assertThat(handled).containsExactly(1, 2, 4);
        }

        @Test
        void whatAHandlerPostsIsHandledAfterIt() {
            List<Box> self = new ArrayList<>();
            self.add(new Box(scheduler, item -> {
                handled.add(item);
                if (item.equals(1)) {
                    assertThat(self.get(0).handleNow(3)).isFalse();
                    self.get(0).post(2);
                }
            }));
            assertThat(self.get(0).handleNow(1)).isTrue();
            assertThat(handled).containsExactly(1);
            scheduler.runOne();
            assertThat(handled).containsExactly(1, 2);
        }

        @Test
        void aHandlerThatThrowsDoesNotStopIt() {
            var box = new Box(scheduler, item -> {
                handled.add(item);
                if (item.equals(1)) {
                    throw new IllegalStateException("on purpose");
                }
            });
            box.post(1);
            box.post(2);
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(scheduler::runOne);
            scheduler.runOne();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> box.handleNow(1));
            assertThat(box.handleNow(3)).isTrue();
            assertThat(handled).containsExactly(1, 2, 1, 3);
        }

        @Test
        void anExecutorThatRefusesIsAskedAgainLaterEvenIfNothingElseComes() {
            var box = new Box(scheduler, handled::add);
            scheduler.rejecting = true;
            box.post(1);
            box.post(2);
            assertThat(box.putOff).hasSize(1);
            box.putOff.remove(0).run();
            assertThat(box.putOff).hasSize(1);
            scheduler.rejecting = false;
            box.putOff.remove(0).run();
            scheduler.runOne();
            assertThat(handled).containsExactly(1, 2);
            box.post(3);
            scheduler.runOne();
            assertThat(handled).containsExactly(1, 2, 3);
        }

        @Test
        void onePoolThatHasTakenTheTaskAndThrownAllTheSameRunsNothingTwiceOrBesideAnother() {
            List<Runnable> taken = new ArrayList<>();
            var box = new Box(
                    task -> {
                        taken.add(task);
                        if (taken.size() == 1) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                    },
                    handled::add);
            box.post(1);
            box.putOff.remove(0).run();
            assertThat(taken).hasSize(2);
            taken.get(0).run();
            assertThat(handled).containsExactly(1);
            box.post(2);
            taken.get(1).run(); // takes the turn of the third
            taken.get(2).run();
            assertThat(handled).containsExactly(1, 2);
            box.post(3);
            taken.get(3).run();
            assertThat(handled).containsExactly(1, 2, 3);
        }
    }

    /** Real threads, bounded in work: each item of each producer must come once and in its order, and never two at once. */
    @Nested
    class WithManyThreads {
        private static final int PRODUCERS = 4;
        private static final int EACH = 50_000;

        private record Item(int producer, int number) {}

        private final int[] last = new int[PRODUCERS + 1];
        private final AtomicInteger wrong = new AtomicInteger();
        private final CountDownLatch all = new CountDownLatch(PRODUCERS * EACH);

        private void check(Object item) {
            Item next = (Item) item;
            if (++last[next.producer] != next.number) {
                wrong.incrementAndGet();
            }
            all.countDown();
        }

        private void produce(Consumer<Item> sink, int producers) {
            for (int p = 0; p < producers; p++) {
                int producer = p;
                new Thread(() -> {
                            for (int i = 1; i <= EACH; i++) {
                                sink.accept(new Item(producer, i));
                            }
                        })
                        .start();
            }
        }

        private void awaitAll() throws InterruptedException {
            assertThat(all.await(30, TimeUnit.SECONDS))
                    .as("%s left", all.getCount())
                    .isTrue();
            assertThat(wrong).hasValue(0);
        }

        @Test
        void noWakeUpIsLost() throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(3);
            try {
                var box = new Box(executor, this::check);
                produce(box::post, PRODUCERS);
                awaitAll();
            } finally {
                executor.shutdownNow();
            }
        }

        @Test
        void noneIsLostBetweenHandleNowAndPost() throws Exception {
            ExecutorService loop = Executors.newSingleThreadExecutor();
            try {
                var box = new Box(loop, this::check);
                produce(box::post, PRODUCERS - 1);
                Runnable receive = new Runnable() {
                    private int number;

                    @Override
                    public void run() {
                        Item item = new Item(PRODUCERS - 1, ++number);
                        if (!box.handleNow(item)) {
                            box.post(item);
                        }
                        if (number < EACH) {
                            loop.execute(this);
                        }
                    }
                };
                loop.execute(receive);
                awaitAll();
            } finally {
                loop.shutdownNow();
            }
        }
    }
}
