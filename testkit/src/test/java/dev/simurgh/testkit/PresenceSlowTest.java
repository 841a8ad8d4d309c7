package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.Presence;
import dev.simurgh.testkit.PresenceRoom.Hello;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What presence has to ask for, such as a database, holds up no client that goes, and none that comes back. */
class PresenceSlowTest {
    private final CountDownLatch answered = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Test
    void aClientThatIsCutTenTimesWhileAFetchHangsLeavesNothingBesideItsSuccessor() {
        Presence presence = Presence.builder()
                .fetch((topic, metas) -> {
                    answered.await();
                    return Map.of();
                })
                .build();
        try (ChannelCase chat = ChannelCase.builder()
                .scheduler(threads)
                .endpoint(endpoint -> endpoint.part(presence))
                .build()) {
            for (int i = 0; i < 10; i++) {
                Connected client = chat.connect(PresenceRoom.socket(presence));
                client.join("room:1", new Hello("ann", "phone" + i));
                await(chat, () -> presence.count("room:1") == 1, "tracked");
                assertThat(presence.get("room:1", "ann")).hasSize(1);
                assertThat(chat.endpoint().channelCount()).isEqualTo(1);

                client.close();
                await(chat, () -> chat.endpoint().channelCount() == 0, "ended");
                await(chat, () -> presence.count("room:1") == 0, "gone");
            }
            answered.countDown();
        } finally {
            answered.countDown();
            threads.shutdown();
        }
    }

    private static void await(ChannelCase chat, BooleanSupplier look, String what) {
        chat.await(
                Duration.ofSeconds(20),
                () -> look.getAsBoolean() ? chat : null,
                () -> new AssertionError("not " + what + " while a fetch hangs"));
    }
}
