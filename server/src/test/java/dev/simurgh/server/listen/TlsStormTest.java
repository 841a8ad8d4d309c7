package dev.simurgh.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.pem.PemFiles;
import dev.simurgh.server.IoTransport;
import dev.simurgh.server.TlsOptions;
import dev.simurgh.server.http.HttpTerms;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** More handshakes of TLS than there are processors. */
class TlsStormTest {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.simurgh.server");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void aHandshakeIsNotWorkedOnIfItsClientHasGoneBeforeItsTurn() {
        AtomicInteger worked = new AtomicInteger();
        EmbeddedChannel stays = new EmbeddedChannel();
        EmbeddedChannel goes = new EmbeddedChannel();
        Tls.whileThere(goes, waiting::add).execute(worked::incrementAndGet);
        Tls.whileThere(stays, waiting::add).execute(worked::incrementAndGet);
        goes.close().syncUninterruptibly();
        waiting.forEach(Runnable::run);

        assertThat(worked).hasValue(1);
        stays.close().syncUninterruptibly();
    }

    @Test
    void whoFindsNoRoomAmongThoseThatWaitIsTurnedAwayWithALineAndIsCounted(@TempDir Path directory) throws Exception {
        try (Endpoint endpoint = Endpoint.builder().codec(new JacksonCodec()).build()) {
            HttpTerms http = new HttpTerms(
                    new Routes<>(), new Serving(endpoint, ServerLimits.defaults(), 1, Duration.ofSeconds(10)));
            EmbeddedChannel client = new EmbeddedChannel();
            ServerLoop loop = new ServerLoop(client.eventLoop());
            Executor full = task -> {
                throw new RejectedExecutionException("full");
            };
            pipelines(directory, full, endpoint, http).init(client, loop);
            client.pipeline().fireChannelActive();
            client.writeInbound(Unpooled.wrappedBuffer(clientHello()));

            assertThat(client.isOpen()).isFalse();
            assertThat(endpoint.limitCounts()).containsEntry(Limit.PENDING_CONNECTIONS, 1L);
            assertThat(http.counters().turnedAwayTotal()).isEqualTo(1);
            assertThat(http.counters().guests()).isZero();
            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getThrowableProxy()).isNull();
                assertThat(line.getFormattedMessage())
                        .endsWith("is turned away: too many handshakes of TLS wait for a processor (expected: at most"
                                + " 4096; an EC key takes much less than an RSA one)");
            });
            client.finishAndReleaseAll();
            loop.release();
        }
    }

    private static Pipelines pipelines(Path directory, Executor workers, Endpoint endpoint, HttpTerms http) {
        PemFiles pair = PemFiles.make(directory, "storm", "EC");
        return new Pipelines(
                new Tls(TlsOptions.of(pair.chain(), pair.key()), workers),
                TrustedProxies.none(),
                IoTransport.NIO,
                endpoint.backstage().clientLog(),
                http::serve);
    }

    private static ByteBuffer clientHello() throws GeneralSecurityException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }
}
