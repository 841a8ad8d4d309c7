package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.spring.ServerCustomizer;
import dev.simurgh.spring.TransportCustomizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Each default goes for what the application declares, and nothing has to be on the class path that it does not use. */
class ReplacementTest {
    private final ApplicationContextRunner runner =
            Runners.context().withConfiguration(AutoConfigurations.of(PresenceAutoConfiguration.class));

    @Test
    void anEndpointOfTheApplicationsOwnIsServedAndEnded() {
        Endpoint own = Endpoint.builder().nodeName("own@test").build();
        runner.withBean("own", Endpoint.class, () -> own).run(context -> {
            assertThat(context).hasSingleBean(Endpoint.class).doesNotHaveBean(PreparedEndpoint.class);
            assertThat(context.getBean(ServerLifecycle.class).port()).isPositive();
        });
        assertThat(own.isDraining()).isTrue();
    }

    @Test
    void codecPresenceSchedulerAndTheDoorAreTheApplications() {
        List<String> ran = new ArrayList<>();
        PayloadCodec codec = JacksonCodec.lenient();
        Presence presence = Presence.builder().name("mine").build();
        runner.withBean(PayloadCodec.class, () -> codec)
                .withBean(Presence.class, () -> presence)
                .withBean("simurghScheduler", Executor.class, () -> task -> {
                    ran.add("ran");
                    task.run();
                })
                .withBean("mine", Door.class, () -> Door.NONE)
                .run(context -> {
                    Endpoint endpoint = context.getBean(Endpoint.class);
                    assertThat(endpoint.codec()).isSameAs(codec);
                    assertThat(context.getBeansOfType(Part.class).values()).containsExactly(presence);
                    endpoint.scheduler().execute(() -> {});
                    assertThat(ran).isNotEmpty();
                    assertThat(context.getBean(ServerLifecycle.class).port()).isEqualTo(-1);
                });
    }

    @Test
    void customizersHaveTheLastWord() {
        List<String> order = new ArrayList<>();
        runner.withBean(TransportCustomizer.class, () -> transport -> order.add("transport"))
                .withBean(ServerCustomizer.class, () -> server -> {
                    order.add("server");
                    server.host("127.0.0.1");
                })
                .run(context -> assertThat(order).containsExactly("transport", "server"));
    }

    @Test
    void whatIsNotUsedNeedNotBeThere() {
        runner.withConfiguration(AutoConfigurations.of(
                        JournalAutoConfiguration.class,
                        ClusterAutoConfiguration.class,
                        ServletPortAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader(
                        "tools.jackson",
                        "io.micrometer",
                        "jakarta",
                        "dev.simurgh.jakarta",
                        "dev.simurgh.presence",
                        "dev.simurgh.journal",
                        "dev.simurgh.cluster",
                        "org.springframework.web"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(ServerLifecycle.class).port()).isPositive();
                });
    }
}
