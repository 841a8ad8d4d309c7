package dev.simurgh.spring.test;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.spring.SimurghProperties;
import dev.simurgh.spring.autoconfigure.PreparedEndpoint;
import dev.simurgh.testkit.ChannelCase;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/** A {@link ChannelCase} and the endpoint that it has, which is that of the beans. */
final class TestEndpoint implements SmartLifecycle {
    private final ChannelCase chat;
    private @Nullable PreparedEndpoint made;
    private volatile boolean running;

    TestEndpoint(ListableBeanFactory beans, SimurghProperties properties, Environment environment) {
        chat = ChannelCase.builder()
                .endpointOf((timers, scheduler) -> make(beans, properties, environment, timers, scheduler))
                .build();
    }

    private Endpoint make(
            ListableBeanFactory beans,
            SimurghProperties properties,
            Environment environment,
            Timers timers,
            Executor scheduler) {
        PreparedEndpoint prepared = PreparedEndpoint.of(
                beans,
                properties,
                environment,
                builder -> builder.timers(timers).scheduler(scheduler));
        made = prepared;
        return prepared.endpoint();
    }

    ChannelCase channelCase() {
        return chat;
    }

    PreparedEndpoint prepared() {
        return Objects.requireNonNull(made);
    }

    @Override
    public void start() {
        running = true;
    }

    /** Before the endpoint is closed as that of an application, which would wait for time to pass. */
    @Override
    public void stop() {
        running = false;
        chat.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Spring 7 asks for it: a context in the cache is kept as it is. */
    public boolean isPauseable() {
        return false;
    }
}
