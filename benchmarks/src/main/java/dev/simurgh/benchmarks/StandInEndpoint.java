package dev.simurgh.benchmarks;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.protocol.Serializers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An endpoint without a network, on one event loop that runs on the thread that measures. */
final class StandInEndpoint {
    private final Endpoint endpoint;
    private final StandInLoop loop = new StandInLoop();

    private StandInEndpoint(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Makes an endpoint whose topics {@code bench:*} have the given channel. */
    static StandInEndpoint of(ChannelSpec<?> channel) {
        return of(channel, endpoint -> {});
    }

    /** As {@link #of(ChannelSpec)}, with more at the endpoint. */
    static StandInEndpoint of(ChannelSpec<?> channel, Consumer<Endpoint.Builder> more) {
        SocketSpec socket = SocketSpec.builder().channel("bench:*", channel).build();
        Endpoint.Builder builder = Endpoint.builder().socket("/socket", socket);
        more.accept(builder);
        return new StandInEndpoint(builder.build());
    }

    Endpoint endpoint() {
        return endpoint;
    }

    StandInLoop loop() {
        return loop;
    }

    /** Connects a client of vsn 2 that joins a topic. */
    StandInTransport join(String topic) {
        SocketMount mount = endpoint.backstage().mount("/socket").orElseThrow();
        StandInTransport transport = new StandInTransport(loop);
        List<Handshake> answer = new ArrayList<>();
        ConnectRequest request = ConnectRequest.of(
                Map.of(), ConnectInfo.builder().transport("stand-in").build());
        mount.connect(request, Serializers.V2, loop, () -> true, answer::add);
        loop.runAll();
        transport.open((Handshake.Accepted) answer.get(0));
        String reply = transport
                .receive(("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]").getBytes(StandardCharsets.UTF_8))
                .toString();
        if (!reply.contains("\"status\":\"ok\"")) {
            throw new IllegalStateException("join of " + topic + ": " + reply + " (expected: ok)");
        }
        return transport;
    }
}
