package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** One dependency and one class. */
class AnnotatedClassTest {
    @SimurghChannel("echo:*")
    static class Echo {
        @HandleIn("echo")
        Map<String, Object> echo(Map<String, Object> said) {
            return said;
        }
    }

    @SimurghChannel("wrong")
    static class Wrong {
        @HandleIn("a")
        static void a() {}

        @HandleIn("b")
        boolean b(int first, int second) {
            return first > second;
        }
    }

    @Configuration
    @EnableAutoConfiguration
    @Import(Echo.class)
    static class Application {}

    @Configuration
    @EnableAutoConfiguration
    @Import({Echo.class, Wrong.class})
    static class WrongApplication {}

    @Test
    void anAnnotatedClassIsServed() {
        try (ConfigurableApplicationContext context =
                SpringApplication.run(Application.class, "--simurgh.server.mode=none")) {
            assertThat(context.getBean(Endpoint.class).backstage().mounts())
                    .singleElement()
                    .satisfies(mount -> assertThat(mount.spec().channels())
                            .hasEntrySatisfying(
                                    "echo:*", spec -> assertThat(spec.events()).containsExactly("echo")));
        }
    }

    @Test
    void anApplicationWithMistakesDoesNotStart() {
        assertThatThrownBy(() -> SpringApplication.run(WrongApplication.class, "--simurgh.server.mode=none"))
                .hasRootCauseInstanceOf(SimurghConfigurationException.class)
                .rootCause()
                .hasMessageContainingAll(".a(): static (expected", ".b(int, int): two payloads");
    }
}
