package dev.simurgh.testkit;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client of an endpoint in the suite, which only waits until it is closed. */
final class ClusterSuiteClient implements Transport {
    private static final Assigns.Key<String> ID = Assigns.key("id");

    private final EventLoop loop = SerialLoop.on(Runnable::run);
    private volatile int code;
    private @Nullable Connection connection;

    /** An endpoint on the adapter, on the threads that call it, whose connections are named as they ask. */
    static Endpoint endpoint(ClusterAdapter adapter) {
        SocketSpec socket = SocketSpec.builder()
                .connect(request ->
                        ConnectResult.ok(Assigns.of(ID, request.param("id").orElseThrow())))
                .id(assigns -> assigns.get(ID))
                .build();
        return Endpoint.builder()
                .cluster(adapter)
                .codec(new NoCodec())
                .timers(VirtualClock.create())
                .scheduler(Runnable::run)
                .socket("/socket", socket)
                .build();
    }

    static ClusterSuiteClient connect(Endpoint endpoint, String id) {
        ClusterSuiteClient client = new ClusterSuiteClient();
        ConnectRequest request =
                ConnectRequest.of(Map.of("id", id), ConnectInfo.builder().build());
        endpoint.backstage()
                .mount("/socket")
                .orElseThrow()
                .connect(request, Serializers.V2, client.loop, () -> true, handshake -> {
                    if (handshake instanceof Handshake.Accepted accepted) {
                        client.connection = accepted.open(client);
                    }
                });
        return client;
    }

    boolean isClosed() {
        return code != 0;
    }

    int code() {
        return code;
    }

    @Override
    public String name() {
        return "suite";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void send(Frame frame) {}

    @Override
    public void sendShared(Frame frame) {}

    @Override
    public void close(int closeCode, String reason) {
        if (code == 0) {
            code = closeCode;
            loop.execute(() -> Objects.requireNonNull(connection).transportClosed());
        }
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    /** The suite has no values to encode, so an adapter's module needs no JSON library for it. */
    private static final class NoCodec implements PayloadCodec {
        @Override
        public byte[] encode(Object value) {
            throw new UnsupportedOperationException("encode " + value);
        }

        @Override
        public Object decode(byte[] json, int offset, int length, Type type) {
            return Payload.json(json, offset, length);
        }
    }
}
