package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.ClientLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ClientLogTest {
    private static final Logger log = LoggerFactory.getLogger(ClientLogTest.class);

    private final ManualTimers timers = new ManualTimers();
    private final ClientLog clients = new ClientLog(timers);
    private final LogCapture capture = new LogCapture(Level.INFO);

    @AfterEach
    void close() {
        capture.close();
    }

    private void warn(int times) {
        for (int i = 0; i < times; i++) {
            clients.line(log, org.slf4j.event.Level.WARN, "bad {}", "topic");
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            clients.failure(log, new IllegalStateException("on\npurpose"), "handler of {} failed", "room:1");
        }
    }

    private void advance(Duration by) {
        timers.advance(by, () -> {});
    }

    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(ClientLog.shown("room:lobby é 😀")).isEqualTo("room:lobby é 😀");
    }

    @Test
    void aNewLineCannotForgeALogLine() {
        assertThat(ClientLog.shown("a\r\nERROR forged\u001b[0m")).isEqualTo("a??ERROR forged?[0m");
        assertThat(ClientLog.shown("a\u2028b\u2029c\u202ed\u2066e")).isEqualTo("a?b?c?d?e");
    }

    @Test
    void longTextIsCut() {
        assertThat(ClientLog.shown("x".repeat(101))).isEqualTo("x".repeat(100) + "…");
        assertThat(ClientLog.shown("\n" + "x".repeat(100))).isEqualTo("?" + "x".repeat(99) + "…");
    }

    @Test
    void argumentsThatAreTextAreShownCutAndClean() {
        clients.line(log, org.slf4j.event.Level.WARN, "{} of {}", 7, "a\n" + "x".repeat(1000));
        assertThat(capture.lines()).containsExactly("WARN 7 of a?" + "x".repeat(98) + "…");
    }

    @Test
    void whatIsMoreThanTenLinesInTenSecondsIsCounted() {
        warn(422);
        assertThat(capture.lines()).hasSize(10).containsOnly("WARN bad topic");
        advance(Duration.ofSeconds(10));
        assertThat(capture.lines()).hasSize(11).endsWith("WARN … and 412 more of this kind in 10 s: bad …");
        warn(1);
        assertThat(capture.lines()).hasSize(12).endsWith("WARN bad topic");
        assertThat(timers.waiting()).isZero();
    }

    @Test
    void kindsDoNotTakeRoomFromEachOther() {
        warn(11);
        clients.line(log, org.slf4j.event.Level.WARN, "something else");
        assertThat(capture.lines()).hasSize(11).endsWith("WARN something else");
    }

    @Test
    void aSlowTrickleIsNeverCut() {
        for (int i = 0; i < 100; i++) {
            warn(1);
            advance(Duration.ofSeconds(2));
        }
        assertThat(capture.lines()).hasSize(100);
    }

    @Test
    void aFailureHasItsStackTraceOnce() {
        fail(12);
        assertThat(capture.traces()).isEqualTo(1);
        assertThat(capture.lines())
                .hasSize(10)
                .startsWith("ERROR handler of room:1 failed")
                .endsWith("ERROR handler of room:1 failed: java.lang.IllegalStateException: on?purpose");
        advance(Duration.ofSeconds(10));
        assertThat(capture.lines()).hasSize(11).last().asString().contains("2 more");
        fail(1);
        assertThat(capture.traces()).isEqualTo(2);
    }

    @Test
    void theRestIsToldAtTheEndOfTheEndpoint() {
        warn(11);
        clients.flush();
        assertThat(capture.lines()).hasSize(11).endsWith("WARN … and 1 more of this kind in 10 s: bad …");
        advance(Duration.ofSeconds(20));
        assertThat(capture.lines()).hasSize(11);
    }

    @Test
    void thereIsABoundForKinds() {
        for (int i = 0; i < 10_000; i++) {
            clients.line(log, org.slf4j.event.Level.WARN, "kind " + i);
        }
        assertThat(capture.lines()).hasSizeLessThan(300);
    }

    @Test
    void aFailureThatCannotBePutIntoWordsIsKnownByItsClass() {
        class Unsayable extends RuntimeException {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("on purpose");
            }
        }
        clients.failure(log, new Unsayable(), "it failed");
        clients.failure(log, new Unsayable(), "it failed");
        assertThat(capture.lines()).hasSize(2).allMatch(line -> line.contains("Unsayable"));
    }
}
