package dev.simurgh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request after the other, over a connection that is kept as long as the server keeps it. Slim, as all of the generator. On its
 * lane's event loop only.
 */
final class HttpTalk {
    /** Hears of the requests. */
    interface Listener {
        /** A connection is there; its request goes out now. */
        default void connected() {}

        /** The body of an answer, which is good until this returns. */
        void answered(int status, byte[] in, int from, int to);

        /** There will be no answer. */
        void failed(String why);
    }

    private static final int MAX_HEAD = 16 << 10;
    private static final String LENGTH = "\r\ncontent-length:";
    private static final byte[] NOTHING = {};

    private final Client client;
    private final Lane lane;
    private final Listener listener;
    private @Nullable Channel channel;
    private byte[] head = NOTHING;
    private byte[] body = NOTHING;
    private boolean asked;
    private boolean ended;

    HttpTalk(Client client, Lane lane, Listener listener) {
        this.client = client;
        this.lane = lane;
        this.listener = listener;
    }

    /** Sends a request, over a new connection if there is none. One at a time. */
    void request(String line, byte[] content) {
        asked = true;
        String length = content.length == 0
                ? ""
                : "Content-Type: application/x-ndjson\r\nContent-Length: " + content.length + "\r\n";
        head = (line + " HTTP/1.1\r\nHost: " + lane.host() + "\r\n" + length + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        body = content;
        Channel there = channel;
        if (there != null && there.isActive()) {
            send(there);
        } else {
            channel = lane.connect(client, new Answers(), cause -> fail(String.valueOf(cause.getMessage())));
        }
    }

    boolean isWritable() {
        return channel == null || channel.isWritable();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // failures come as exceptions of the connection
    private void send(Channel to) {
        ByteBuf request = to.alloc().directBuffer(head.length + body.length);
        to.writeAndFlush(request.writeBytes(head).writeBytes(body), to.voidPromise());
    }

    /** Breaks off; the listener hears nothing more. */
    @SuppressWarnings("FutureReturnValueIgnored") // there is nobody left who would want to know
    void breakOff() {
        ended = true;
        if (channel != null) {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0); // a reset, and no port that stays taken
            }
            channel.close();
            channel = null;
        }
    }

    private void fail(String why) {
        if (!ended) {
            ended = true;
            listener.failed(why);
        }
    }

    /** Takes the answers of one connection apart. */
    private final class Answers extends ChannelInboundHandlerAdapter {
        private byte[] in = NOTHING;
        private int length;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (!ended) {
                listener.connected();
                send(ctx.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object data) {
            ByteBuf buffer = (ByteBuf) data;
            try {
                int more = buffer.readableBytes();
                lane.counters().add(Count.BYTES_READ, more);
                if (in.length < length + more) {
                    in = Arrays.copyOf(in, Math.max(2 * in.length, length + more));
                }
                buffer.readBytes(in, length, more);
                length += more;
            } finally {
                buffer.release();
            }
            if (!ended) {
                read();
            }
        }

        private void read() {
            String start = new String(in, 0, Math.min(length, MAX_HEAD), StandardCharsets.ISO_8859_1);
            int end = start.indexOf("\r\n\r\n");
            if (end < 0) {
                if (length >= MAX_HEAD) {
                    fail("the head of an answer is too long");
                }
                return;
            }
            Optional<Integer> size = contentLength(start.substring(0, end + 2));
            if (size.isEmpty() || !asked) {
                fail("answer: " + start.lines().findFirst().orElse("")
                        + " (expected: one for each request, with its length)");
                return;
            }
            int from = end + 4;
            int to = from + size.get();
            if (length < to) {
                return;
            }
            byte[] answer = in;
            in = NOTHING; // the listener may ask for more
            length = 0;
            asked = false;
            listener.answered(Integer.parseInt(start.substring(9, 12)), answer, from, to);
            if (in.length == 0) {
                in = answer;
            }
        }

        private static Optional<Integer> contentLength(String head) {
            int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
            if (at < 0) {
                return Optional.empty();
            }
            int from = at + LENGTH.length();
            return Optional.of(Integer.valueOf(
                    head.substring(from, head.indexOf('\r', from)).strip()));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (asked && ctx.channel() == channel) {
                fail("closed by the server without an answer");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(String.valueOf(cause.getMessage()));
        }
    }
}
