package dev.simurgh.conformance;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** A WebSocket as a browser has it: answers pings and closes by itself. On its event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // the listener hears of the end
final class ClientConnection {
    /** The code that a browser shows for a connection that ended without a close frame. */
    static final int LOST = 1006;

    /** Hears of one connection. */
    interface Listener {
        void opened();

        void textReceived(String text);

        /** Hears of the end, or of an attempt that failed; called once, and last. */
        void ended(int code);
    }

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int MAX_FRAME_BYTES = 16 << 20;

    private final Channel channel;

    /** Connects to a port of this machine. */
    ClientConnection(EventLoop loop, int port, Listener listener) {
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri("ws://127.0.0.1:" + port + "/socket/websocket?vsn=2.0.0")
                .handleCloseFrames(false)
                .handshakeTimeoutMillis(PATIENCE_MILLIS)
                .maxFramePayloadLength(MAX_FRAME_BYTES)
                .build();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(8192))
                                .addLast(new WebSocketClientProtocolHandler(config))
                                .addLast(new Frames(listener));
                    }
                })
                .connect("127.0.0.1", port);
        channel = connecting.channel();
        connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                listener.ended(LOST);
            }
        });
    }

    void send(String text) {
        channel.writeAndFlush(new TextWebSocketFrame(text), channel.voidPromise());
    }

    void close(int code) {
        channel.writeAndFlush(new CloseWebSocketFrame(code, ""), channel.voidPromise());
    }

    void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    void hangUp() {
        channel.close();
    }

    private static final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final Listener listener;
        private int code = LOST;

        Frames(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                listener.opened();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                listener.textReceived(text.text());
            } else if (frame instanceof CloseWebSocketFrame close) {
                code = close.statusCode();
                ctx.writeAndFlush(new CloseWebSocketFrame(code, ""), ctx.voidPromise());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            listener.ended(code);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
