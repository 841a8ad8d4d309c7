package dev.simurgh.server.listen;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.server.IoTransport;
import dev.simurgh.transport.TrustedProxies;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What every connection starts with: the header of a trusted proxy, TLS, HTTP, each if there is one.
 *
 * @param proxies whose connections start with a PROXY header
 * @param http adds what speaks HTTP
 */
public record Pipelines(
        @Nullable Tls tls,
        TrustedProxies proxies,
        IoTransport transport,
        ClientLog clientLog,
        BiConsumer<ChannelPipeline, ServerLoop> http) {
    /** What is read at once, at first and at most, if a connection keeps what it reads into. */
    private static final int FIRST_READ_BYTES = 2048;

    private static final int MAX_READ_BYTES = 16 << 10;

    /**
     * Whether connections can read into the loop's one buffer: not if the kernel is given a buffer in advance, and not
     * if TLS keeps half a record in it, which could be 64 KB for each connection.
     */
    private boolean sharesReadBuffer() {
        return tls == null && transport != IoTransport.IO_URING;
    }

    void init(Channel channel, ServerLoop loop) {
        channel.config()
                .setRecvByteBufAllocator(
                        sharesReadBuffer()
                                ? loop.readBuffer()
                                : new AdaptiveRecvByteBufAllocator(64, FIRST_READ_BYTES, MAX_READ_BYTES));
        ChannelPipeline pipeline = channel.pipeline();
        if (channel.remoteAddress() instanceof InetSocketAddress peer && proxies.trusts(peer)) {
            pipeline.addLast(new HAProxyMessageDecoder(ProxyHeader.MAX_EXTRA_BYTES), new ProxyHeader(clientLog));
        }
        if (tls != null) {
            pipeline.addLast(tls.handler(channel));
        }
        http.accept(pipeline, loop);
    }
}
