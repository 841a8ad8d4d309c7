package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.jackson3.Jackson3Codec;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.json.JsonMapper;

class CodecTest {
    record Said(String bySomebody) {}

    private final ApplicationContextRunner runner = Runners.portless();

    private static String encoded(ApplicationContext context) {
        return new String(context.getBean(Endpoint.class).codec().encode(new Said("x")), StandardCharsets.UTF_8);
    }

    private static ObjectMapper snake2() {
        return new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    }

    private static JsonMapper snake3() {
        return JsonMapper.builder()
                .propertyNamingStrategy(tools.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
                .build();
    }

    @Test
    void payloadsGoByTheApplicationsMapperOfEitherJackson() {
        runner.withBean(ObjectMapper.class, CodecTest::snake2).run(context -> {
            assertThat(context.getBean(PayloadCodec.class)).isInstanceOf(JacksonCodec.class);
            assertThat(encoded(context)).isEqualTo("{\"by_somebody\":\"x\"}");
        });
        runner.withBean(ObjectMapper.class, ObjectMapper::new)
                .withBean(JsonMapper.class, CodecTest::snake3)
                .run(context -> {
                    assertThat(context.getBean(PayloadCodec.class)).isInstanceOf(Jackson3Codec.class);
                    assertThat(encoded(context)).isEqualTo("{\"by_somebody\":\"x\"}");
                });
    }

    @Configuration
    static class Two {
        @Bean
        ObjectMapper one() {
            return snake2();
        }

        @Bean
        ObjectMapper other() {
            return new ObjectMapper();
        }
    }

    @Configuration
    static class PrimaryOfTwo extends Two {
        @Bean
        @Primary
        ObjectMapper primary() {
            return snake2();
        }
    }

    @Test
    void ofSeveralMappersItIsThePrimaryOneOrOneOfItsOwn() {
        runner.withUserConfiguration(PrimaryOfTwo.class)
                .run(context -> assertThat(encoded(context)).isEqualTo("{\"by_somebody\":\"x\"}"));
        runner.withUserConfiguration(Two.class)
                .run(context -> assertThat(encoded(context)).isEqualTo("{\"bySomebody\":\"x\"}"));
    }

    @Test
    void strictIsOneOfItsOwnWhateverTheApplicationHas() {
        runner.withBean(ObjectMapper.class, CodecTest::snake2)
                .withPropertyValues("simurgh.codec=strict")
                .run(context -> assertThat(encoded(context)).isEqualTo("{\"bySomebody\":\"x\"}"));
    }

    @Test
    void aMapperOfSomethingElseIsNone() {
        runner.withBean(ObjectMapper.class, () -> new ObjectMapper(new NotJson()))
                .run(context -> assertThat(encoded(context)).isEqualTo("{\"bySomebody\":\"x\"}"));
    }

    private static final class NotJson extends com.fasterxml.jackson.core.JsonFactory {
        private static final long serialVersionUID = 1;

        @Override
        public String getFormatName() {
            return "YAML";
        }
    }

    @Test
    void withoutJackson3OnTheClassPathItIsJackson2() {
        runner.withClassLoader(new FilteredClassLoader("tools.jackson"))
                .run(context -> assertThat(context.getBean(PayloadCodec.class)).isInstanceOf(JacksonCodec.class));
    }

    @Configuration
    @EnableAutoConfiguration
    static class Booted {}

    /** Spring Boot 4 brings a mapper of Jackson 3, Spring Boot 3 one of Jackson 2 if it has spring-web; none has to be there. */
    @Test
    void whatSpringBootMakesIsTaken() {
        new ApplicationContextRunner()
                .withUserConfiguration(Booted.class)
                .withPropertyValues("simurgh.server.mode=none", "spring.jackson.property-naming-strategy=SNAKE_CASE")
                .run(context -> {
                    boolean made = context.getBeanProvider(JsonMapper.class).getIfAvailable() != null
                            || context.getBeanProvider(ObjectMapper.class).getIfAvailable() != null;
                    assertThat(encoded(context)).isEqualTo(made ? "{\"by_somebody\":\"x\"}" : "{\"bySomebody\":\"x\"}");
                });
    }
}
