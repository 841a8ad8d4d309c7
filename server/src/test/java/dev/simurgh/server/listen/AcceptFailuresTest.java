package dev.simurgh.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFailuresTest {
    private final AtomicLong seconds = new AtomicLong();
    private final EmbeddedChannel acceptor =
            new EmbeddedChannel(new AcceptFailures(() -> TimeUnit.SECONDS.toNanos(seconds.get())));
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(AcceptFailures.class);

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void end() {
        log.detachAppender(lines);
    }

    private void failFor(int duration) {
        for (int i = 0; i < duration; i++) {
            seconds.incrementAndGet();
            acceptor.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        }
    }

    @Test
    void noDescriptorsForAnHourIsOneLineWithoutAStackTrace() {
        failFor(3_600);
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.get(0).getFormattedMessage())
                .endsWith("accepts no connections for now, and tries on: java.io.IOException: Too many open files");
        assertThat(lines.list.get(0).getThrowableProxy()).isNull();
        acceptor.checkException();
    }

    @Test
    void theNextTimeItIsToldAgain() {
        failFor(10);
        seconds.addAndGet(61);
        failFor(10);
        assertThat(lines.list).hasSize(2);
    }
}
