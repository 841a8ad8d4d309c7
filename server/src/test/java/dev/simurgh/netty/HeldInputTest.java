package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was read while a connection was paused, if taking it apart fails as nothing should. */
class HeldInputTest {
    private final List<Integer> ends = new ArrayList<>();
    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .listener(new EndpointListener() {
                @Override
                public void disconnected(String mount, String transport, int code, String reason, long nanos) {
                    ends.add(code);
                }
            })
            .socket("/socket", SocketSpec.builder().quiet().build())
            .build();
    private final NarrowChannel channel = new NarrowChannel();
    private final FrameLoop loop = FrameLoopRig.on(channel.eventLoop());
    private final WebSocketConnection connection = new WebSocketConnection(
            loop, WebSocketTerms.of(WebSocketOptions.defaults(), Limits.defaults(), reached -> {}));

    {
        channel.pipeline().addLast(connection);
        SocketMount mount = endpoint.backstage().mount("/socket").orElseThrow();
        mount.connect(
                ConnectRequest.of(
                        Map.of(), ConnectInfo.builder().transport("websocket").build()),
                failing(mount.negotiate(Optional.empty()).orElseThrow()),
                loop.events(),
                () -> true,
                handshake -> connection.open(new Admitted((Handshake.Accepted) handshake, seat(), () -> false)));
        channel.runPendingTasks();
    }

    private static Seats.Seat seat() {
        return (Seats.Seat)
                new Seats(ServerLimits.defaults(), () -> 0).take(new InetSocketAddress("10.0.0.1", 1), false);
    }

    private static Serializer failing(Serializer serializer) {
        return (Serializer) Proxy.newProxyInstance(
                Serializer.class.getClassLoader(), new Class<?>[] {Serializer.class}, (self, method, arguments) -> {
                    if (method.getName().equals("decodeText")) {
                        throw new StackOverflowError("a message that is too deep");
                    }
                    return method.invoke(serializer, arguments);
                });
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        loop.release();
        endpoint.close();
    }

    private void sendWhilePaused() {
        connection.pauseReading();
        channel.writeInbound(
                Unpooled.wrappedBuffer(RawClient.frame(RawClient.FIN | RawClient.TEXT, new byte[] {'[', ']'})));
        assertThat(connection.hasRest()).isTrue();
    }

    @Test
    void itEndsTheConnectionAsWhatIsReadAtOnceDoes() {
        sendWhilePaused();
        connection.resumeReading();
        channel.runPendingTasks();
        channel.take(1000);

        assertThat(channel.endsWithClose(CloseCode.INTERNAL_ERROR, "")).isTrue();
        assertThat(ends).containsExactly(CloseCode.INTERNAL_ERROR);
    }

    @Test
    void aConnectionThatHasEndedIsLetGoOfAllTheSame() {
        sendWhilePaused();
        assertThat(channel.close().isSuccess()).isTrue();
        channel.runPendingTasks();

        assertThat(ends).containsExactly(CloseCode.INTERNAL_ERROR);
    }
}
