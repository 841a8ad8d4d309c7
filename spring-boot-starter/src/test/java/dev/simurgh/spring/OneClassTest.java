package dev.simurgh.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class OneClassTest {
    static final class Echo {}

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        @SimurghChannel("echo:*")
        ChannelSpec<Echo> echo() {
            return ChannelSpec.builder(Echo::new)
                    .handleIn("echo", Map.class, (channel, said, socket) -> Result.ok(said))
                    .build();
        }
    }

    @Test
    void aChannelBeanIsServed() {
        try (ConfigurableApplicationContext context =
                SpringApplication.run(Application.class, "--simurgh.server.port=0")) {
            assertThat(context.getBean(ServerLifecycle.class).port()).isPositive();
            assertThat(context.getBean(Endpoint.class).backstage().mounts())
                    .singleElement()
                    .satisfies(mount -> assertThat(mount.spec().patterns()).containsExactly("echo:*"));
        }
    }
}
