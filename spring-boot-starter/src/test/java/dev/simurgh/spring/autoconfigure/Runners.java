package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.ChannelSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts with the auto-configuration of Simurgh, and nothing else. */
final class Runners {
    private Runners() {}

    /** On any port that is free. */
    static ApplicationContextRunner context() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CodecAutoConfiguration.class, SimurghAutoConfiguration.class, ServerAutoConfiguration.class))
                .withPropertyValues("simurgh.server.port=0");
    }

    /** Without a port. */
    static ApplicationContextRunner portless() {
        return context().withPropertyValues("simurgh.server.mode=none");
    }

    static ChannelSpec<Object> channel() {
        return ChannelSpec.builder(Object::new).build();
    }

    /** A port of the loopback address that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
