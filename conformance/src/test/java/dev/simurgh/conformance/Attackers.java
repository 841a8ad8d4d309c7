package dev.simurgh.conformance;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Scanner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;

/**
 * Clients of one kind that mean no good, all at once, in a process of their own with descriptors of its own. They come from 127.0.0.2, and tell of each
 * hundred that has connected or ended. The process ends when its standard input does.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how it ends is told by the channel
final class Attackers {
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /socket/websocket?vsn=2.0.0 HTTP/1.1",
            "Host: here",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    private static final int CONNECTING_AT_ONCE = 100;
    private static final int DRIBBLE_MILLIS = 100;

    /** What each of them sends. */
    enum Kind {
        /** Half a line, and nothing more. */
        HALF_A_REQUEST("GET /socket/webso", "", true),
        /** A header without end, byte by byte. */
        SLOW_REQUEST("GET /health HTTP/1.1\r\nHost: here\r\nX: ", "x", true),
        /** A body of a million bytes, byte by byte. */
        SLOW_BODY("POST /health HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n", "x", true),
        /** A handshake, and nothing more. */
        ONLY_A_HANDSHAKE(UPGRADE + "\r\n", "", true),
        /** The header of a message of a million bytes, and those byte by byte. */
        SLOW_MESSAGE(UPGRADE + "\r\n" + longMessage(), " ", true),
        /** A join, and then nothing is read. */
        DEAF(UPGRADE + "\r\n" + text("[\"1\",\"1\",\"room:busy\",\"phx_join\",{}]"), "", false),
        /** A join, and nothing more is sent. */
        JOINED(UPGRADE + "\r\n" + text("[\"1\",\"1\",\"room:busy\",\"phx_join\",{}]"), "", true),
        /** A megabyte and more of blanks in a kilobyte. */
        BOMB(UPGRADE + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" + bomb(), "", true);

        private final String first;
        private final String again;
        private final boolean reads;

        Kind(String first, String again, boolean reads) {
            this.first = first;
            this.again = again;
            this.reads = reads;
        }
    }

    private final int port;
    private final Kind kind;
    private final AtomicInteger left;
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final int count;
    private final Queue<Channel> dribbling = new ConcurrentLinkedQueue<>();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private Attackers(int port, Kind kind, int count) {
        this.port = port;
        this.kind = kind;
        this.count = count;
        this.left = new AtomicInteger(count);
    }

    /** Takes the port, the kind, and how many. */
    public static void main(String[] args) throws IOException {
        Attackers attackers =
                new Attackers(Integer.parseInt(args[0]), Kind.valueOf(args[1]), Integer.parseInt(args[2]));
        for (int i = 0; i < CONNECTING_AT_ONCE; i++) {
            attackers.connectNext();
        }
        attackers.group.scheduleAtFixedRate(attackers::dribble, DRIBBLE_MILLIS, DRIBBLE_MILLIS, TimeUnit.MILLISECONDS);
        try (Scanner in = new Scanner(System.in, StandardCharsets.UTF_8)) {
            while (in.hasNextLine()) {
                in.nextLine();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static InetSocketAddress address(int last, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of four bytes
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** A frame whose mask is zeros, or the beginning of one. */
    private static String frame(int first, int lengthCode, int lengthBytes, long length, String content) {
        StringBuilder frame = new StringBuilder().append((char) first).append((char) (0x80 | lengthCode));
        for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
            frame.append((char) (length >> shift & 0xff));
        }
        return frame.append("\0\0\0\0").append(content).toString();
    }

    private static String text(String content) {
        return frame(0x81, content.length(), 0, 0, content);
    }

    private static String longMessage() {
        return frame(0x81, 127, 8, 1_000_000, "[");
    }

    private static String bomb() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[2 << 20]);
        byte[] room = new byte[8 << 10];
        int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH) - 4;
        deflater.end();
        return frame(0xc1, 126, 2, length, new String(room, 0, length, StandardCharsets.ISO_8859_1));
    }

    private void connectNext() {
        if (left.getAndDecrement() <= 0) {
            return;
        }
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, 4096)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1, 2))
                .option(ChannelOption.AUTO_READ, kind.reads)
                .handler(new Attacker())
                .connect(address(1, port), address(2, 0))
                .addListener((ChannelFutureListener) this::connecting);
    }

    private void connecting(ChannelFuture done) {
        tell("connected", connected);
        if (done.isSuccess()) {
            done.channel().writeAndFlush(bytes(kind.first));
            if (!kind.again.isEmpty()) {
                dribbling.add(done.channel());
            }
        } else {
            tell("ended", ended);
        }
        connectNext();
    }

    private void dribble() {
        dribbling.removeIf(channel -> !channel.isActive());
        dribbling.forEach(channel -> channel.writeAndFlush(bytes(kind.again)));
    }

    private void tell(String what, AtomicInteger counter) {
        int now = counter.incrementAndGet();
        if (now % 100 == 0 || now == count) {
            System.out.println(what + " " + now);
        }
    }

    private final class Attacker extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object data) {
            ReferenceCountUtil.release((ByteBuf) data);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            tell("ended", ended);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
