package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.ManualLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All handled events are told of: where time is the real one and the channel on the event loop, few of them with their time. */
class SampledTimesTest {
    private static final int EVENTS = 3200;

    private final List<Long> times = new ArrayList<>();
    private final ManualLoop loop = new ManualLoop();
    private final EndpointListener listener = new EndpointListener() {
        @Override
        public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
            times.add(nanos);
        }
    };

    private Endpoint.Builder endpoint(boolean nonBlocking) {
        ChannelSpec.Builder<Object> spec = ChannelSpec.builder(Object::new)
                .quiet()
                .handleIn("say", Payload.class, (c, payload, s) -> Result.noReply());
        return Endpoint.builder()
                .codec(JacksonCodec.create())
                .scheduler(Runnable::run)
                .listener(listener)
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("room", (nonBlocking ? spec.nonBlocking() : spec).build())
                                .quiet()
                                .build());
    }

    private void say(Endpoint.Builder builder) {
        try (Endpoint endpoint = builder.build()) {
            List<Handshake> answer = new ArrayList<>();
            ConnectRequest request =
                    ConnectRequest.of(Map.of(), ConnectInfo.builder().build());
            loop.turn(() -> endpoint.backstage()
                    .mount("/socket")
                    .orElseThrow()
                    .connect(request, Serializers.V2, loop, () -> true, answer::add));
            loop.turn(() -> {
                Connection connection = ((Handshake.Accepted) answer.get(0)).open(new FakeTransport(loop));
                receive(connection, "[\"1\",\"1\",\"room\",\"phx_join\",{}]");
                for (int i = 0; i < EVENTS; i++) {
                    receive(connection, "[\"1\",\"2\",\"room\",\"say\",{}]");
                }
                connection.transportClosed();
            });
            while (loop.runOne()) {
                // until nothing is left to do
            }
        }
    }

    private static void receive(Connection connection, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        connection.textReceived(utf8, 0, utf8.length);
    }

    @Test
    void onAnEventLoopOneInSixteenIsTimed() {
        say(endpoint(true));
        assertThat(times).hasSize(EVENTS);
        assertThat(times)
                .filteredOn(nanos -> nanos == EndpointListener.NOT_TIMED)
                .hasSizeBetween(2900, 3100);
        assertThat(times)
                .filteredOn(nanos -> nanos != EndpointListener.NOT_TIMED)
                .allMatch(nanos -> nanos > 0);
    }

    @Test
    void onTheSchedulerEachIsTimed() {
        say(endpoint(false));
        assertThat(times).hasSize(EVENTS).allMatch(nanos -> nanos > 0);
    }

    @Test
    void whereTheTestOwnsTheTimeEachIsTimed() {
        say(endpoint(true).timers(new ManualTimers()));
        assertThat(times).hasSize(EVENTS).containsOnly(0L);
    }
}
