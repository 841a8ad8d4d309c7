package dev.simurgh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a client at a connection: the upgrade, then the server's frames taken apart. Slim on purpose, since the generator shares
 * the machine with what it measures: bytes are copied once, to an array of the event loop.
 */
final class WebSocketLink extends ChannelInboundHandlerAdapter implements Link {
    private static final int MAX_HEADER = 16 << 10;
    private static final int MAX_FRAME = 64 << 20;
    private static final byte[] NOTHING = {};

    private final Client client;
    private final Lane lane;
    private @Nullable Channel channel;
    private boolean upgraded;
    private boolean ended;
    /** The beginning of a frame whose rest is still to come. */
    private byte[] rest = NOTHING;

    private int restLength;
    /** The message's fragments so far. */
    private byte[] fragments = NOTHING;

    WebSocketLink(Client client, Lane lane) {
        this.client = client;
        this.lane = lane;
    }

    @Override
    public void open() {
        channel = lane.connect(client, this, this::failed);
    }

    @Override
    public boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    @Override
    public void flush() {
        if (channel != null) {
            lane.outbox().flushTo(channel);
        } else {
            lane.outbox().clear();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // there is nobody left who would want to know
    public void breakOff() {
        ended = true;
        if (channel != null) {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0); // a reset, and no port that stays taken
            }
            channel.close();
            channel = null;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // failures come as exceptions of the connection
    public void channelActive(ChannelHandlerContext ctx) {
        client.connected();
        ctx.writeAndFlush(
                ctx.alloc().directBuffer(lane.request().length).writeBytes(lane.request()), ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        ByteBuf buffer = (ByteBuf) data;
        try {
            if (!ended) {
                read(buffer);
            }
        } finally {
            buffer.release();
        }
        if (ended) {
            lane.outbox().clear();
        } else {
            lane.outbox().flushTo(ctx.channel());
        }
    }

    private void read(ByteBuf buffer) {
        int length = buffer.readableBytes();
        lane.counters().add(Count.BYTES_READ, length);
        byte[] in;
        if (restLength == 0) {
            in = lane.scratch(length);
            buffer.readBytes(in, 0, length);
        } else {
            if (rest.length < restLength + length) {
                rest = Arrays.copyOf(rest, Math.max(2 * rest.length, restLength + length));
            }
            in = rest;
            buffer.readBytes(in, restLength, length);
            length += restLength;
        }
        long now = lane.now();
        int used = upgraded ? frames(in, 0, length, now) : upgrade(in, length, now);
        keep(in, used, length);
    }

    private void keep(byte[] in, int from, int to) {
        restLength = ended ? 0 : to - from;
        if (restLength == 0) {
            rest = NOTHING;
        } else if (in == rest) {
            System.arraycopy(in, from, rest, 0, restLength);
        } else {
            rest = Arrays.copyOfRange(in, from, to);
        }
    }

    private int upgrade(byte[] in, int length, long now) {
        String head = new String(in, 0, Math.min(length, MAX_HEADER), StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (length >= MAX_HEADER) {
                client.failed("answer to the upgrade is too long");
            }
            return 0;
        }
        if (!head.startsWith("HTTP/1.1 101") || !head.substring(0, end).contains(Target.ACCEPT)) {
            client.failed("answer to the upgrade: " + head.lines().findFirst().orElse(""));
            return length;
        }
        upgraded = true;
        client.upgraded(now);
        return frames(in, end + 4, length, now);
    }

    /** Takes whole frames, and returns where the first begins that is not all there. */
    private int frames(byte[] in, int from, int to, long now) {
        int at = from;
        while (!ended && to - at >= 2) {
            int kind = in[at + 1];
            int header = kind == 126 ? 4 : kind == 127 ? 10 : 2;
            if (kind < 0 || (in[at] & 0x70) != 0) {
                client.failed("a frame that is masked or compressed");
                return to;
            }
            if (to - at < header) {
                break;
            }
            long size = header == 2 ? kind : number(in, at + 2, at + header);
            if (size < 0 || size > MAX_FRAME) {
                client.failed("a frame of " + size + " bytes");
                return to;
            }
            if (to - at - header < size) {
                break;
            }
            int content = at + header;
            at = content + (int) size;
            frame(in[at - (int) size - header], in, content, at, now);
        }
        return at;
    }

    private void frame(int first, byte[] in, int from, int to, long now) {
        int opcode = first & 15;
        boolean last = first < 0;
        switch (opcode) {
            case 8 -> client.failed("closed by the server" + closeCode(in, from, to));
            case 9 -> lane.outbox().frame(Outbox.PONG, in, from, to);
            case 10 -> {}
            default -> {
                if (opcode != 0 && last) {
                    client.received(in, from, to, now);
                    return;
                }
                int had = opcode == 0 ? fragments.length : 0;
                fragments = Arrays.copyOf(fragments, had + to - from);
                System.arraycopy(in, from, fragments, had, to - from);
                if (last) {
                    client.received(fragments, 0, fragments.length, now);
                    fragments = NOTHING;
                }
            }
        }
    }

    private static String closeCode(byte[] in, int from, int to) {
        return to - from < 2 ? "" : " with " + number(in, from, from + 2);
    }

    private static long number(byte[] in, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | (in[i] & 0xff);
        }
        return value;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!ended) {
            client.failed("closed by the server without a close frame");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(cause);
    }

    private void failed(Throwable cause) {
        if (!ended) {
            client.failed(String.valueOf(cause.getMessage()));
        }
    }
}
