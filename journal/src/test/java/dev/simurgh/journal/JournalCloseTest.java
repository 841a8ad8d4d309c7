package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever throws while a journal is closed, nothing is left open, and nobody is left without an answer. */
class JournalCloseTest {
    private final ManualTime time = new ManualTime();
    private final FailingStore store = new FailingStore(MemoryStore.create());
    private final Logger logger = (Logger) LoggerFactory.getLogger(Journal.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void whatWaitsForLaterAndThrowsKeepsNothingOpen() {
        Journal journal = Journal.builder(store).timers(time).executor(time).build();
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            journal.later(Duration.ofMinutes(1), () -> {
                told.incrementAndGet();
                throw new AssertionError("test");
            });
        }
        CompletableFuture<?> read = journal.latest("bids");
        journal.close();
        time.run();
        assertThat(told).hasValue(1_000);
        assertThat(read).isCompletedExceptionally();
        assertThat(store.closed).isTrue();
        assertThat(lines()).singleElement().asString().contains("1000 of 1000");
    }

    @Test
    void timersThatThrowKeepNothingOpen() {
        Journal journal = Journal.builder(store)
                .timers(new NoWayBack(time))
                .executor(time)
                .build();
        List<String> seen = new ArrayList<>();
        journal.watch("bids", 0, entry -> seen.add(entry.event()));
        time.run();
        CompletableFuture<?> write = journal.append("bids", "bid", Payload.EMPTY);
        CompletableFuture<?> read = journal.latest("bids");
        journal.close();
        time.run();
        assertThat(write).isCompleted();
        assertThat(read).isCompletedExceptionally();
        assertThat(store.closed).isTrue();
    }

    @Test
    void aStoreThatThrowsKeepsNothingOpen() throws InterruptedException {
        Journal journal = Journal.builder(store).build();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        CompletableFuture<Thread> timer = new CompletableFuture<>();
        journal.executor().execute(() -> worker.complete(Thread.currentThread()));
        journal.timers().schedule(Duration.ZERO, () -> timer.complete(Thread.currentThread()));
        List<Thread> own = List.of(worker.join(), timer.join());
        store.failure = Optional.of(new IllegalStateException("test"));
        journal.close();
        assertThat(lines()).singleElement().asString().contains("store");
        for (Thread thread : own) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** Timers of which none can be cancelled. */
    private record NoWayBack(Timers timers) implements Timers {
        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            timers.schedule(delay, task);
            return () -> {
                throw new IllegalStateException("test: cannot be cancelled");
            };
        }

        @Override
        public long nanoTime() {
            return timers.nanoTime();
        }
    }
}
