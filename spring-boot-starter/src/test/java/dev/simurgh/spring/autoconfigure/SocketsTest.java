package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.SimurghSocket;
import dev.simurgh.spring.SocketCustomizer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;

@ExtendWith(OutputCaptureExtension.class)
class SocketsTest {
    private static Map<String, List<String>> patterns(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(Endpoint.class).backstage().mounts().stream()
                .collect(Collectors.toMap(
                        SocketMount::path, mount -> mount.spec().patterns()));
    }

    private static void failsWith(Class<?> application, String description, String action) {
        Runners.portless().withUserConfiguration(application).run(context -> {
            assertThat(context).hasFailed();
            Throwable failure =
                    NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
            assertThat(failure)
                    .isInstanceOf(SimurghConfigurationException.class)
                    .hasMessage(description);
            assertThat(((SimurghConfigurationException) failure).action()).contains(action);
        });
    }

    @Configuration
    static class Channels {
        @Bean
        @SimurghChannel("*")
        ChannelSpec<Object> everything() {
            return Runners.channel();
        }

        @Bean
        @SimurghChannel({"room:*", "lobby"})
        ChannelSpec<Object> room() {
            return Runners.channel();
        }

        @Bean
        @SimurghChannel("room:private:*")
        ChannelSpec<Object> privateRoom() {
            return Runners.channel();
        }
    }

    @Test
    void oneLineOfTheLogTellsWhereWhatAndWithWhom(CapturedOutput output) {
        InMemoryCluster cluster = new InMemoryCluster();
        try (Endpoint other = Endpoint.builder().cluster(cluster.node("b@test")).build()) {
            Runners.context()
                    .withUserConfiguration(Channels.class)
                    .withBean(ClusterAdapter.class, () -> cluster.node("a@test"))
                    .run(context -> assertThat(output.getOut().lines().filter(line -> line.contains("serving ")))
                            .singleElement()
                            .asString()
                            .endsWith("serving /socket (lobby, room:private:*, room:*, *) on port "
                                    + context.getBean(ServerLifecycle.class).port() + " as a@test, one of 2 nodes"));
            assertThat(other.node().list()).isEmpty();
        }
        Runners.portless()
                .run(context ->
                        assertThat(output.getOut()).contains("serving /socket () on no port as nonode@nohost, alone"));
    }

    @Test
    void channelsAreOnOneSocketTheMoreSpecialFirstWhateverTheOrderOfTheBeans() {
        Runners.portless()
                .withUserConfiguration(Channels.class)
                .run(context -> assertThat(patterns(context))
                        .isEqualTo(Map.of("/socket", List.of("lobby", "room:private:*", "room:*", "*"))));
        Runners.portless()
                .withUserConfiguration(Channels.class)
                .withPropertyValues("simurgh.socket.path=/live")
                .run(context -> assertThat(patterns(context)).containsOnlyKeys("/live"));
    }

    @Configuration
    static class TwoSockets {
        @Bean
        SocketSpec users(ChannelSpec<Object> own) {
            return SocketSpec.builder().channel("own", own).build();
        }

        @Bean
        @SimurghSocket("/admin")
        SocketSpec admins() {
            return SocketSpec.builder()
                    .connect(request -> ConnectResult.refuse())
                    .build();
        }

        @Bean
        ChannelSpec<Object> own() {
            return Runners.channel();
        }

        @Bean
        @SimurghChannel(value = "stats", socket = "/admin")
        ChannelSpec<Object> stats() {
            return Runners.channel();
        }
    }

    @Test
    void channelsJoinTheSocketBeansThatTheyName() {
        Runners.portless()
                .withUserConfiguration(TwoSockets.class)
                .run(context -> assertThat(patterns(context))
                        .isEqualTo(Map.of("/socket", List.of("own"), "/admin", List.of("stats"))));
    }

    @Configuration
    static class OnlyAdmins {
        @Bean
        @SimurghSocket("/admin")
        SocketSpec admins() {
            return SocketSpec.builder().build();
        }

        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> room() {
            return Runners.channel();
        }
    }

    @Test
    void noSocketOpensThatNobodyHasAskedFor() {
        failsWith(
                OnlyAdmins.class,
                "channel room:* of bean 'room': no socket at /socket (expected: one of [/admin])",
                "@SimurghChannel(value = \"room:*\", socket = \"/admin\")");
    }

    @Configuration
    static class SamePath {
        @Bean
        SocketSpec one() {
            return SocketSpec.builder().build();
        }

        @Bean
        SocketSpec other() {
            return SocketSpec.builder().build();
        }
    }

    @Test
    void twoSocketsHaveTwoPaths() {
        failsWith(
                SamePath.class,
                "socket: /socket of bean 'other' and of bean 'one' (expected: one socket for each path)",
                "@SimurghSocket(\"/path\")");
    }

    @Configuration
    static class NoTopics {
        @Bean
        ChannelSpec<Object> room() {
            return Runners.channel();
        }
    }

    @Test
    void aChannelSaysItsTopics() {
        failsWith(
                NoTopics.class,
                "bean 'room': a ChannelSpec without topics (expected: @SimurghChannel)",
                "@SimurghChannel(\"room:*\")");
    }

    @Configuration
    static class TwoForOne {
        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> one() {
            return Runners.channel();
        }

        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> other() {
            return Runners.channel();
        }
    }

    @Test
    void aTopicHasOneChannel() {
        failsWith(
                TwoForOne.class,
                "channel room:* of bean 'other': pattern: room:* twice (expected: one channel for each)",
                "Change the topics");
    }

    @Configuration
    static class WithConnect extends Channels {
        @Bean
        SocketSpec.Connect nobody() {
            return request -> ConnectResult.refuse();
        }

        @Bean
        SocketCustomizer more() {
            return (path, socket) ->
                    socket.limits(Limits.builder().maxChannels(path.length()).build());
        }
    }

    @Test
    void theSocketByDefaultAsksTheBeanWhoMayConnectAndIsCustomized() {
        Runners.portless().withUserConfiguration(WithConnect.class).run(context -> {
            assertThat(patterns(context)).containsOnlyKeys("/socket");
            SocketMount mount =
                    context.getBean(Endpoint.class).backstage().mount("/socket").orElseThrow();
            assertThat(mount.limits().maxChannels()).isEqualTo(7);
        });
    }

    /** What a channel needs may itself want the endpoint. */
    static final class Announcer {
        final Endpoint endpoint;

        Announcer(Endpoint endpoint) {
            this.endpoint = endpoint;
        }
    }

    @Configuration
    static class Cycle {
        @Bean
        Announcer announcer(Endpoint endpoint) {
            return new Announcer(endpoint);
        }

        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> room(Announcer announcer) {
            assertThat(announcer.endpoint.backstage().mounts()).isEmpty();
            return Runners.channel();
        }

        @Bean
        EndpointListener listener(Announcer announcer) {
            return new EndpointListener() {};
        }
    }

    @Test
    void whatAChannelNeedsMayNeedTheEndpoint() {
        Runners.portless().withUserConfiguration(Cycle.class).run(context -> {
            assertThat(patterns(context)).isEqualTo(Map.of("/socket", List.of("room:*")));
            assertThat(context.getBean(Announcer.class).endpoint).isSameAs(context.getBean(Endpoint.class));
        });
    }
}
