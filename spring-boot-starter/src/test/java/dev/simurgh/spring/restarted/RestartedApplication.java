package dev.simurgh.spring.restarted;

import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.presence.Presence;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application in work: its test changes the line with the generation, compiles it again, and devtools restart it. */
@SpringBootApplication
public class RestartedApplication {
    static final int GENERATION = 0;

    public static void main(String[] args) {
        // The JDK has one thread for the timeouts of all futures, which keeps the class loader of whoever was the
        // first to want one: that is here, before devtools take over.
        CompletableFuture<?> first = new CompletableFuture<>().completeOnTimeout("", 1, TimeUnit.MILLISECONDS);
        first.join();
        SpringApplication.run(RestartedApplication.class, args);
    }

    @Bean(destroyMethod = "close")
    DataSource dataSource(@Value("${journal.url}") String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(2);
        return pool;
    }

    record Asked(int number) {}

    record Answer(int generation, int number) {}

    @Bean
    @SimurghChannel("count")
    ChannelSpec<AtomicInteger> count() {
        return ChannelSpec.builder(AtomicInteger::new)
                .handleIn(
                        "ask",
                        Asked.class,
                        (count, asked, socket) -> Result.ok(new Answer(GENERATION, count.addAndGet(asked.number()))))
                .build();
    }

    /** Who joins is present with the generation. */
    @SimurghChannel("room:*")
    static class Room {
        record Present(int generation) {}

        record Kept(int generation, long offset) {}

        private final Presence presence;
        private final KeptTopics kept;
        private final MeterRegistry meters;

        Room(Presence presence, KeptTopics kept, MeterRegistry meters) {
            this.presence = presence;
            this.kept = kept;
            this.meters = meters;
        }

        @Join
        JoinResult join(Socket socket) {
            return presence.joinState(socket, "client", new Present(GENERATION));
        }

        @HandleIn("keep")
        CompletionStage<Kept> keep(Asked asked) {
            return kept.broadcast("kept:1", "said", asked).thenApply(at -> new Kept(GENERATION, at.offset()));
        }

        /** What the application's registry says. */
        @HandleIn("connections")
        Answer connections() {
            return new Answer(GENERATION, (int) meters.get("simurgh.connections")
                    .tag("transport", "websocket")
                    .gauge()
                    .value());
        }
    }
}
