package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghClusterProperties;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

class ClusterTest {
    private final ApplicationContextRunner runner =
            Runners.portless().withConfiguration(AutoConfigurations.of(ClusterAutoConfiguration.class));

    @Test
    void nodesThatAreNamedFindEachOtherAndLeaveWithTheirContext() throws IOException {
        int port = Runners.freePort();
        int othersPort = Runners.freePort();
        runner.withPropertyValues("simurgh.cluster.name=one@127.0.0.1:" + port).run(one -> {
            Endpoint first = one.getBean(Endpoint.class);
            runner.withPropertyValues(
                            "simurgh.cluster.name=other@127.0.0.1:" + othersPort,
                            "simurgh.cluster.connect=one@127.0.0.1:" + port)
                    .run(other -> {
                        assertThat(other.getBean(Endpoint.class).node().list()).containsExactly("one@127.0.0.1");
                        await().untilAsserted(
                                        () -> assertThat(first.node().list()).containsExactly("other@127.0.0.1"));
                    });
            await().untilAsserted(() -> assertThat(first.node().list()).isEmpty());
        });
    }

    @Test
    void aNodeThatIsNotNamedIsAloneAndABeanGoesBefore() {
        runner.run(context -> assertThat(context).doesNotHaveBean(ClusterAdapter.class));
        runner.withBean(ClusterAdapter.class, () -> new InMemoryCluster().node("mine@test"))
                .withPropertyValues("simurgh.cluster.name=one@127.0.0.1")
                .run(context -> assertThat(
                                context.getBean(Endpoint.class).node().self())
                        .isEqualTo("mine@test"));
    }

    @Test
    void withoutTheAdapterTheDependencyIsNamed() {
        runner.withClassLoader(new FilteredClassLoader("dev.simurgh.cluster.jgroups"))
                .withPropertyValues("simurgh.cluster.name=one@127.0.0.1")
                .run(context -> {
                    Throwable failure = NestedExceptionUtils.getMostSpecificCause(
                            Objects.requireNonNull(context.getStartupFailure()));
                    assertThat(failure)
                            .hasMessage("simurgh.cluster.name: one@127.0.0.1 without an adapter (expected:"
                                    + " simurgh-cluster-jgroups on the class path)");
                });
    }

    @Test
    void theSecretIsInNoText() {
        assertThat(new SimurghClusterProperties("n", 1, List.of(), List.of(), "the-secret", false))
                .asString()
                .doesNotContain("the-secret");
    }
}
