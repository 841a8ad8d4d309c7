package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.SimurghChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Handlers that wait, as for a database, hold up neither heartbeats nor other channels, and each channel keeps its order. */
class BlockingTest {
    private static final int CHANNELS = 64; // of one client: its limit is 100

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        final CountDownLatch all = new CountDownLatch(CHANNELS);
        final CountDownLatch database = new CountDownLatch(1);

        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<AtomicInteger> room() {
            return ChannelSpec.builder(AtomicInteger::new)
                    .handleIn("query", Map.class, (seen, asked, socket) -> {
                        all.countDown();
                        await(database);
                        return Result.ok(Map.of("turn", seen.incrementAndGet()));
                    })
                    .build();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void heartbeatsAreAnsweredWhileAllChannelsWait() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "simurgh.server.port=0",
                                "spring.threads.virtual.enabled=true",
                                "spring.main.banner-mode=off")
                        .run();
                Client client =
                        new Client(context.getBean(ServerLifecycle.class).port())) {
            Application application = context.getBean(Application.class);
            for (int i = 0; i < CHANNELS; i++) {
                client.ask("[\"" + i + "\",\"j" + i + "\",\"room:" + i + "\",\"phx_join\",{}]");
            }
            for (int turn = 1; turn <= 2; turn++) {
                for (int i = 0; i < CHANNELS; i++) {
                    client.say("[\"" + i + "\",\"" + turn + "\",\"room:" + i + "\",\"query\",{}]");
                }
            }
            await(application.all);
            assertThat(client.ask("[null,\"h\",\"phoenix\",\"heartbeat\",{}]")).contains("\"h\"");
            application.database.countDown();
            int[] turns = new int[CHANNELS];
            for (int i = 0; i < 2 * CHANNELS; i++) {
                String reply = client.next();
                int room = Integer.parseInt(reply.substring(2, reply.indexOf('"', 2)));
                turns[room]++;
                assertThat(reply).contains("\"turn\":" + turns[room]).contains("\"" + turns[room] + "\",\"room:");
            }
        }
    }
}
