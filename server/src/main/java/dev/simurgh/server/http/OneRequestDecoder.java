package dev.simurgh.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundInvoker;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The first handler of a pipeline but for TLS: decodes one request, and leaves what follows undecoded until it is told to go on, or
 * is removed and passes it on.
 *
 * <p>What has come of a request is kept as it came until its head is whole: in a buffer of about its own size, since the
 * one that the loop reads into is 64 KiB, and headers that are decoded take a multiple of their bytes.
 */
final class OneRequestDecoder extends HttpRequestDecoder {
    /** An empty line may come before a request, and lines end with two characters that do not count. */
    private static final int SLACK_BYTES = 1024;

    private final int maxLineBytes;
    private final long maxHeadBytes;
    private final IntConsumer pinned;
    /** What of the head is known to hold no end of it, and where its last line starts. */
    private int scanned;

    private int lineStart;
    private boolean headDecoded;
    private boolean held;
    private boolean discarding;

    /**
     * Makes one.
     *
     * @param pinned is told, after each read, how many bytes are kept
     */
    OneRequestDecoder(HttpDecoderConfig limits, IntConsumer pinned) {
        super(limits);
        this.maxLineBytes = limits.getMaxInitialLineLength();
        this.maxHeadBytes = (long) maxLineBytes + limits.getMaxHeaderSize() + SLACK_BYTES;
        this.pinned = pinned;
        setCumulator(OneRequestDecoder::copyBehind);
    }

    private static ByteBuf copyBehind(ByteBufAllocator allocator, ByteBuf kept, ByteBuf read) {
        try {
            int needed = kept.readableBytes() + read.readableBytes();
            if (kept.isReadOnly() || kept.writableBytes() < read.readableBytes()) {
                boolean first = !kept.isReadable();
                int capacity = first ? needed : allocator.calculateNewCapacity(needed, Integer.MAX_VALUE);
                ByteBuf larger = allocator.buffer(capacity).writeBytes(kept);
                kept.release();
                return larger.writeBytes(read);
            }
            return kept.writeBytes(read);
        } finally {
            read.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) throws Exception {
        super.channelRead(ctx, data);
        pinned.accept(actualReadableBytes() == 0 ? 0 : internalBuffer().capacity());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (discarding) {
            in.skipBytes(in.readableBytes());
        } else if (!held && (headDecoded || isHeadWhole(in, out))) {
            headDecoded = true;
            super.decode(ctx, in, out);
        }
        if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
            held = true;
            headDecoded = false;
        }
    }

    private boolean isHeadWhole(ByteBuf in, List<Object> out) {
        while (scanned == 0 && in.isReadable() && in.getUnsignedByte(in.readerIndex()) <= ' ') {
            in.skipBytes(1); // RFC 9112, section 2.2
        }
        int start = in.readerIndex();
        for (int end = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n'); end >= 0; ) {
            int length = end - start - lineStart;
            boolean empty = length == 0 || (length == 1 && in.getByte(end - 1) == '\r');
            scanned = end - start + 1;
            lineStart = scanned;
            if (empty) {
                forgetScan();
                return true;
            }
            end = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n');
        }
        scanned = in.readableBytes();
        if (lineStart == 0 && scanned > maxLineBytes) {
            fail(in, out, new TooLongHttpLineException("more than " + maxLineBytes + " bytes"));
        } else if (scanned > maxHeadBytes) {
            fail(in, out, new TooLongHttpHeaderException("more than " + maxHeadBytes + " bytes"));
        }
        return false;
    }

    private void fail(ByteBuf in, List<Object> out, TooLongFrameException cause) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
        request.setDecoderResult(DecoderResult.failure(cause));
        out.add(request);
        in.skipBytes(in.readableBytes());
        forgetScan();
    }

    private void forgetScan() {
        scanned = 0;
        lineStart = 0;
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
