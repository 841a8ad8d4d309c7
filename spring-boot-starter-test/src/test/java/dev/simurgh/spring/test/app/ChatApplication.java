package dev.simurgh.spring.test.app;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.spring.SimurghChannel;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application as a user may have it. */
@SpringBootApplication
public class ChatApplication {
    /** A channel of the builder. */
    @Bean
    @SimurghChannel("plain:*")
    ChannelSpec<Object> plain() {
        return ChannelSpec.builder(Object::new).build();
    }
}
