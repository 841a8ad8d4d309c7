package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.spi.Part;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.pubsub.InMemoryCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An endpoint that is there before its sockets, since what these are made of wants it. */
class PreparedEndpointTest {
    private final List<String> heard = new ArrayList<>();
    private final InMemoryCluster cluster = new InMemoryCluster();

    private Endpoint.Builder builder() {
        return Endpoint.builder().codec(JacksonCodec.create()).scheduler(Runnable::run);
    }

    private final Part part = new Part() {
        @Override
        public Optional<EndpointListener> listener() {
            return Optional.of(new EndpointListener() {
                @Override
                public void broadcast(String mount, String pattern, String topic, String event) {
                    heard.add("told of " + event);
                }
            });
        }

        @Override
        public void start(Endpoint endpoint) {
            heard.add("start with " + endpoint.backstage().mounts().size() + " of "
                    + endpoint.node().list());
        }

        @Override
        public void stop() {
            heard.add("stop");
        }
    };

    @Test
    void whatSubscribesBeforeTheStartIsHeardOfByTheClusterAtTheStart() {
        Endpoint other = builder().cluster(cluster.node("b@test")).build();
        Endpoint.Builder told = builder().cluster(cluster.node("a@test"));
        try (Endpoint endpoint = told.prepare()) {
            assertThat(other.node().list()).isEmpty();
            endpoint.subscribe("t", broadcast -> heard.add("got " + broadcast.event()));
            endpoint.broadcast("t", "early", Map.of());
            told.part(part).socket("/socket", SocketSpec.builder().build());
            assertThat(endpoint.backstage().mounts()).isEmpty();

            assertThat(told.start()).isSameAs(endpoint);
            assertThat(endpoint.backstage().mount("/socket")).isPresent();
            other.broadcast("t", "late", Map.of());
            endpoint.broadcast("u", "own", Map.of());
            assertThat(heard).containsExactly("got early", "start with 1 of [b@test]", "got late", "told of own");
        }
        assertThat(heard).last().isEqualTo("stop");
        assertThat(other.node().list()).isEmpty();
        other.close();
    }

    @Test
    void allButSocketsPartsAndListenersIsSaidBefore() {
        Endpoint.Builder told = builder();
        try (Endpoint endpoint = told.prepare()) {
            assertThat(endpoint.connectionCount()).isZero();
            assertThatThrownBy(() -> told.cluster(cluster.node("a@test")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "cluster behind prepare (expected: before it, as all but sockets, parts and listeners)");
            assertThatThrownBy(told::prepare).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void itStartsOnceAndNotWhenItIsClosed() {
        assertThatThrownBy(() -> builder().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("start (expected: once, behind prepare)");
        Endpoint.Builder told = builder();
        told.prepare().close();
        assertThatThrownBy(told::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("endpoint started when it was closed (expected: before)");
        assertThatThrownBy(told::start).hasMessage("start twice (expected: once, behind prepare)");
    }

    @Test
    void oneThatDidNotStartIsClosedAndHasLeftTheCluster() {
        Endpoint other = builder().cluster(cluster.node("b@test")).build();
        Endpoint.Builder told = builder().cluster(cluster.node("a@test")).part(part);
        Endpoint endpoint = told.prepare();
        told.part(new Part() {
            @Override
            public void start(Endpoint started) {
                throw new IllegalStateException("no");
            }
        });
        assertThatThrownBy(told::start).hasMessage("no");
        assertThat(heard).endsWith("stop");
        assertThat(other.node().list()).isEmpty();
        endpoint.close();
        other.close();
    }

    @Test
    void aSocketCanBeMadeFromAnother() {
        ChannelSpec<Object> spec = ChannelSpec.builder(Object::new).build();
        SocketSpec one = SocketSpec.builder().channel("room:*", spec).quiet().build();
        SocketSpec two = one.toBuilder().channel("lobby", spec).build();
        assertThat(two.patterns()).containsExactly("room:*", "lobby");
        assertThat(one.patterns()).containsExactly("room:*");
        assertThat(two.logLevel()).isNull();
    }
}
