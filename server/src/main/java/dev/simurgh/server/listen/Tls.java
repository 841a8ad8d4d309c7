package dev.simurgh.server.listen;

import dev.simurgh.pem.PemException;
import dev.simurgh.pem.PemPair;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.server.TlsOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that new connections get, which may change while the server runs. For any thread. */
public final class Tls {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);

    private final TlsOptions files;
    private final Executor workers;
    private PemPair lastRead;
    private boolean lastGood = true;
    private volatile SslContext context;

    /**
     * Reads the files.
     *
     * @param workers the threads for the expensive part of a handshake
     * @throws ServerStartException if they cannot be used
     */
    public Tls(TlsOptions files, Executor workers) {
        this.files = files;
        this.workers = workers;
        try {
            lastRead = read();
            context = contextOf(lastRead);
        } catch (PemException e) {
            throw new ServerStartException("tls: " + e.getMessage(), e);
        }
    }

    public TlsOptions files() {
        return files;
    }

    /** Makes the handler of a new connection. It sets no timer: the handshake is on the loop's wheel. */
    SslHandler handler(Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc(), whileThere(channel, workers));
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** In a storm clients go while their handshakes wait for a thread, and others wait behind them: those are not worked on. */
    static Executor whileThere(Channel channel, Executor workers) {
        return task -> workers.execute(() -> {
            if (channel.isOpen()) {
                task.run();
            }
        });
    }

    /** Tells whether a handshake failed because more wait for a thread than may. */
    public static boolean isCrowded(ChannelPipeline pipeline, Throwable cause) {
        Throwable reason = cause instanceof DecoderException ? cause.getCause() : cause;
        return reason instanceof RejectedExecutionException && !isReady(pipeline);
    }

    /** Tells whether what is written goes out now: there is no TLS, or its handshake is over. */
    public static boolean isReady(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        return tls == null || tls.handshakeFuture().isSuccess();
    }

    /** Reads the files again. Tells whether new connections get what stands in them now. */
    public synchronized boolean reload() {
        try {
            PemPair read = read();
            if (read.sameAs(lastRead)) {
                return lastGood;
            }
            lastRead = read;
            lastGood = false;
            context = contextOf(read);
            lastGood = true;
            log.info("new connections get the renewed certificate in {}", files.certificateChain());
        } catch (PemException e) {
            log.warn("certificate not renewed, the old one stays: {}", e.getMessage());
            log.debug("why the certificate was not renewed", e);
            return false;
        }
        return true;
    }

    private PemPair read() {
        return PemPair.read(files.certificateChain(), files.privateKey());
    }

    private SslContext contextOf(PemPair pair) {
        PemPair.Identity identity = pair.identity();
        try {
            return SslContextBuilder.forServer(identity.key(), identity.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException e) {
            throw new PemException("certificate chain: " + files.certificateChain() + " (expected: one for TLS)", e);
        }
    }
}
