package dev.simurgh.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.journal.Journal;
import dev.simurgh.journal.spi.Store;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that hangs or fails shows in the health, which is there at once. */
@Timeout(60)
class JournalProbeTest {
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private volatile boolean hangs;
    private volatile boolean fails;
    private final Journal journal = Journal.builder(store()).build();
    private final JournalProbe probe = new JournalProbe("journal", journal, now::get);

    @AfterEach
    void close() {
        released.countDown();
        journal.close();
    }

    /** A database that is asked where streams stand, and no more. */
    private Store store() {
        return (Store) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "isBlocking", "trim" -> {
                            return method.getName().equals("isBlocking");
                        }
                        case "heads" -> {
                            asked.incrementAndGet();
                            if (hangs) {
                                released.await();
                            }
                            if (fails) {
                                throw new IllegalStateException("connection refused");
                            }
                            return Map.of();
                        }
                        case "close" -> {
                            return null;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aJournalThatAnswersIsNoTrouble() {
        assertThat(probe.trouble()).isEmpty();
        pass(Duration.ofSeconds(5));
        assertThat(probe.trouble()).isEmpty();
        assertThat(asked).hasValue(2);
    }

    @Test
    void whoeverAsksOftenDoesNotAskTheDatabaseAsOften() {
        for (int i = 0; i < 100; i++) {
            assertThat(probe.trouble()).isEmpty();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void oneThatHangsIsTroubleAfterTwoSecondsAndHasOneReaderBusy() {
        assertThat(probe.trouble()).isEmpty();
        hangs = true;
        pass(Duration.ofSeconds(1));
        assertThat(probe.trouble()).isEmpty();

        for (int i = 2; i <= 60; i++) {
            pass(Duration.ofSeconds(1));
            long before = System.nanoTime();
            Optional<String> trouble = probe.trouble();
            assertThat(System.nanoTime() - before)
                    .isLessThan(TimeUnit.SECONDS.toNanos(10)); // 100 ms, on a machine that is at rest
            if (i > 2) {
                assertThat(trouble).contains("no answer for " + (i - 1) + " s");
            }
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void oneThatFailsIsTroubleUntilItAnswersAgain() {
        fails = true;
        assertThat(untilItIsThere(true))
                .hasValueSatisfying(what -> assertThat(what).contains("connection refused"));
        fails = false;
        pass(Duration.ofSeconds(1));
        assertThat(untilItIsThere(false)).isEmpty();
    }

    /** The first answer may come from a thread that was not run for 50 ms. */
    private Optional<String> untilItIsThere(boolean expected) {
        Optional<String> trouble = probe.trouble();
        while (trouble.isPresent() != expected) {
            trouble = probe.trouble();
        }
        return trouble;
    }
}
