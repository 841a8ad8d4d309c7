package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Crashes are shown with their stack, and whoever makes thousands of them fills and costs nothing. */
class CrashLogTest {
    private long nanos = TimeUnit.HOURS.toNanos(1);
    private final CrashLog log = new CrashLog(() -> nanos, () -> 1000);

    private static final class Telling extends RuntimeException {
        private static final long serialVersionUID = 1;
        static int looks;

        Telling(String message) {
            super(message);
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            looks++;
            return super.getStackTrace();
        }
    }

    private void crash(String pattern, Throwable thrown) {
        log.add("/socket", pattern, "room:1", thrown);
    }

    private List<Object> counts() {
        return log.rows("a@test").stream().map(row -> row.get("count")).toList();
    }

    @Test
    void thoseThatAreAlikeAreCountedAndTheLatestComesFirst() {
        for (int i = 0; i < 3; i++) {
            crash("room:*", new IllegalStateException("no " + i));
        }
        crash("room:*", new IllegalStateException("elsewhere"));
        crash("other", new IllegalStateException("no"));
        assertThat(counts()).containsExactly(1L, 1L, 3L);
        assertThat(log.rows("a@test").get(2)).containsEntry("message", "no 2").containsEntry("at", 1000L);
        assertThat(log.lastOf("/socket", "room:*")).isEqualTo("java.lang.IllegalStateException");
        assertThat(log.lastOf("/socket", "none")).isNull();
    }

    @Test
    void stacksAreLookedAtATwentyTimesASecond() {
        Telling.looks = 0;
        for (int i = 0; i < 10_000; i++) {
            crash("room:*", new Telling("no"));
        }
        assertThat(counts()).containsExactly(10_000L);
        assertThat(Telling.looks).isLessThanOrEqualTo(CrashLog.LOOKS_PER_SECOND + 1);
        nanos += TimeUnit.SECONDS.toNanos(1);
        crash("room:*", new IllegalStateException("another one is seen again"));
        assertThat(counts()).containsExactly(1L, 10_000L);
    }

    @Test
    void whatIsKeptIsBounded() {
        for (int i = 0; i < 1000; i++) {
            nanos += TimeUnit.SECONDS.toNanos(1);
            StackOverflowError deep = new StackOverflowError("x".repeat(100_000));
            StackTraceElement[] frames = new StackTraceElement[1000];
            java.util.Arrays.fill(frames, new StackTraceElement("c".repeat(200), "m" + i, "f", 1));
            deep.setStackTrace(frames);
            deep.initCause(new IllegalStateException(deep));
            log.add("/socket", "room:*", "t".repeat(10_000), deep);
        }
        List<Map<String, Object>> rows = log.rows("a@test");
        assertThat(rows)
                .hasSize(CrashLog.MOST)
                .allSatisfy(row -> assertThat(row.values().stream()
                                .mapToInt(value -> String.valueOf(value).length())
                                .sum())
                        .isLessThan(CrashLog.MAX_STACK_CHARS + CrashLog.MAX_MESSAGE_CHARS + 1000));
    }

    @Test
    void anExceptionWithoutStackOrMessageIsShown() {
        Exception bare = new Exception();
        bare.setStackTrace(new StackTraceElement[0]);
        crash("room:*", bare);
        assertThat(log.rows("a@test").get(0))
                .containsEntry("message", "")
                .containsEntry("stack", "java.lang.Exception\n");
    }
}
