package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.Frame;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeflatingConnectionTest {
    private static final String COMPRESSED_JOIN =
            "8a563254d2513252d251cac94f4cb14a54d2512ac8a888cfcacfcc53d2a9ae8d0500";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop());

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
    }

    private DeflatingConnection connection(String offer) {
        DeflatingConnection connection = new DeflatingConnection(
                loop,
                WebSocketTerms.of(WebSocketOptions.defaults(), Limits.defaults(), reached -> {}),
                DeflateTerms.negotiate(List.of(offer), true).orElseThrow());
        channel.pipeline().addLast(connection);
        return connection;
    }

    private void receive(String hex) {
        ByteBuf frame = Unpooled.wrappedBuffer(RawClient.frame(
                RawClient.FIN | DeflatingConnection.COMPRESSED | FrameWriter.TEXT,
                HexFormat.of().parseHex(hex)));
        channel.writeInbound(frame);
    }

    @Test
    void nativeMemoryIsTakenWithTheFirstMessageAndGivenBackAtTheEnd() {
        DeflatingConnection connection = connection("permessage-deflate");
        assertThat(connection.holdsMemory()).isFalse();

        connection.send(Frame.text("hello"));
        assertThat(connection.holdsMemory()).isTrue();
        receive(COMPRESSED_JOIN);

        channel.close().syncUninterruptibly();
        assertThat(connection.holdsMemory()).isFalse();
        connection.send(Frame.text("too late"));
        assertThat(connection.holdsMemory()).isFalse();
    }

    @Test
    void withoutTakeoverAConnectionHasNoMemoryOfItsOwn() {
        DeflatingConnection connection =
                connection("permessage-deflate; server_no_context_takeover; client_no_context_takeover");

        connection.send(Frame.text("hello"));
        connection.sendShared(Frame.text("hello"));
        receive(COMPRESSED_JOIN);

        assertThat(connection.holdsMemory()).isFalse();
    }

    @Test
    void withoutTakeoverABroadcastIsCompressedOnce() {
        Frame frame = Frame.text("to all");
        byte[] first = loop.compression().deflateShared(frame);

        assertThat(loop.compression().deflateShared(frame)).isSameAs(first);
        loop.compression().forgetShared();
        assertThat(loop.compression().deflateShared(frame)).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void incompressibleBytesSurvive() throws Exception {
        byte[] content = new byte[300_000];
        new java.util.Random(11).nextBytes(content);
        Compression compression = loop.compression();
        byte[] sent = compression.deflateAlone(content, DeflateTerms.MAX_WINDOW_BITS);

        int length = compression.inflate(compression.inflaterAlone(), sent, sent.length, 1 << 20, 25);

        assertThat(Arrays.equals(compression.inflated(length), content)).isTrue();
    }
}
