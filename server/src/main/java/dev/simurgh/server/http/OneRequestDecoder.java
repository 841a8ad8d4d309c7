package dev.simurgh.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundInvoker;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.util.List;

/**
 * The first handler of a pipeline but for TLS: decodes one request, and leaves what follows undecoded until it is told to go on, or
 * is removed and passes it on.
 */
final class OneRequestDecoder extends HttpRequestDecoder {
    private boolean held;
    private boolean discarding;

    OneRequestDecoder(HttpDecoderConfig limits) {
        super(limits);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
        } else if (!held) {
            super.decode(ctx, in, out);
            held = !out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent;
        }
    }

    /** Throws away whatever still comes. On the event loop. */
    void discard() {
        discarding = true;
    }

    /** Goes on to the next request, which may be here already. On the event loop. */
    void next(ChannelPipeline pipeline) {
        held = false;
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        ChannelInboundInvoker before = tls == null ? pipeline : tls;
        before.fireChannelRead(Unpooled.EMPTY_BUFFER);
    }
}
