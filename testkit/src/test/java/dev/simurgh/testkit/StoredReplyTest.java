package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.StoredReply;
import dev.simurgh.protocol.Payload;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What a push is answered that waits for a store, and what the log has of it. */
class StoredReplyTest {
    private static final int MANY = 50;

    private final ChannelCase kit = ChannelCase.create();

    private Joined channelThatAnswers(CompletableFuture<?> outcome) {
        return kit.socket(
                        "room:*",
                        ChannelSpec.builder(Object::new)
                                .handleIn("ask", Map.class, (channel, ask, socket) -> answer(socket, outcome))
                                .build())
                .join("room:lobby");
    }

    private static Result answer(Socket socket, CompletableFuture<?> outcome) {
        StoredReply.send(socket.ref(), outcome);
        return Result.noReply();
    }

    @Test
    void whatIsNotStoredIsToBeSentAgainAndLoggedWithinBounds() {
        Journal ended = Journal.inMemory();
        ended.close();
        Joined client = channelThatAnswers(ended.append("room:lobby", "ask", Payload.EMPTY));
        for (int i = 0; i < MANY; i++) {
            client.assertReply(client.push("ask", Map.of()), "error", Map.of("reason", "not stored", "retry_after", 1));
        }
        kit.logs().assertLogged(Level.WARN, "a push was answered with an error: the journal is closed");
        assertThat(logged("a push was answered")).isLessThanOrEqualTo(10);
        kit.close();
    }

    @Test
    void whatTheServerGotWrongIsLoggedWithinBounds() {
        Joined client = channelThatAnswers(CompletableFuture.failedFuture(new IllegalStateException("oops")));
        for (int i = 0; i < MANY; i++) {
            client.assertReply(client.push("ask", Map.of()), "error", Map.of("reason", "failed"));
        }
        kit.logs().assertLogged(Level.ERROR, "a push could not be answered", IllegalStateException.class);
        assertThat(logged("a push could not be answered")).isLessThanOrEqualTo(10);
        kit.close();
    }

    @Test
    void whatHasNothingToSayIsAnsweredAllTheSame() {
        Joined client = channelThatAnswers(CompletableFuture.completedFuture(null));
        client.assertReply(client.push("ask", Map.of()), "ok", Map.of());
        kit.close();
    }

    private long logged(String text) {
        return kit.logs().lines().stream().filter(line -> line.contains(text)).count();
    }
}
