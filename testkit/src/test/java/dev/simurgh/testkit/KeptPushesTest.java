package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.KeyReusedException;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel asks of its kept topic. */
class KeptPushesTest {
    private static final String TOPIC = "room:1";

    private record Bid(int amount) {}

    private final VirtualClock clock = VirtualClock.create();
    private final Journal journal = Journal.builder(dev.simurgh.journal.MemoryStore.create())
            .timers(clock)
            .executor(Runnable::run)
            .build();
    private final KeptTopics kept =
            KeptTopics.builder(journal).keep("room:*", Retention.forever()).build();
    private final List<CompletableFuture<?>> answers = new ArrayList<>();
    private final SocketSpec spec = SocketSpec.builder()
            .channel(
                    "*",
                    ChannelSpec.builder(Object::new)
                            .handleIn(
                                    "bid",
                                    Bid.class,
                                    (channel, bid, socket) -> asked(kept.broadcast(socket, "bid", bid)))
                            .handleIn(
                                    "from",
                                    Bid.class,
                                    (channel, bid, socket) -> asked(kept.broadcastFrom(socket, "bid", bid)))
                            .handleIn("once", Map.class, (channel, once, socket) -> once(once, socket))
                            .handleIn(
                                    "ack",
                                    Map.class,
                                    (channel, ack, socket) ->
                                            asked(kept.acknowledge(socket, (String) ack.get("position"))))
                            .build())
            .build();
    private final ChannelCase kit = ChannelCase.builder()
            .clock(clock)
            .endpoint(endpoint -> endpoint.part(kept))
            .build();

    private Result asked(CompletableFuture<?> answer) {
        answers.add(answer);
        return Result.noReply();
    }

    private Result once(Map<?, ?> once, Socket socket) {
        return asked(kept.broadcastOnce(
                socket, (String) once.get("key"), "bid", Map.of("amount", String.valueOf(once.get("amount")))));
    }

    private Joined join(String user) {
        return kit.socket(spec, user, Assigns.EMPTY).join(TOPIC);
    }

    private Object answer() {
        return answers.get(answers.size() - 1).join();
    }

    @AfterEach
    void close() {
        kit.close();
        journal.close();
    }

    @Test
    void aBroadcastAnswersWithItsPosition() {
        Joined anne = join("anne");
        anne.push("bid", new Bid(1));
        anne.assertPush("bid", new Bid(1));
        assertThat(((Position) answer()).offset()).isEqualTo(1);
    }

    @Test
    void theSenderOfABroadcastFromDoesNotGetIt() {
        Joined anne = join("anne");
        Joined bob = join("bob");
        anne.push("from", new Bid(1));
        bob.assertPush("bid", new Bid(1));
        anne.refutePush("bid");
        anne.push("bid", new Bid(2));
        anne.assertPush("bid", new Bid(2));
    }

    @Test
    void whatComesAgainWithTheSameKeyIsBroadcastOnce() {
        Joined anne = join("anne");
        anne.push("once", Map.of("key", "k1", "amount", 1));
        Object first = answer();
        anne.push("once", Map.of("key", "k1", "amount", 1));
        assertThat(answer()).isEqualTo(first);
        anne.assertPushes("bid", Map.of("amount", "1"));
        assertThat(kept.stats().repeated()).isEqualTo(1);
        anne.push("once", Map.of("key", "k2", "amount", 1));
        assertThat(((Position) answer()).offset()).isEqualTo(2);
    }

    @Test
    void anotherContentUnderTheSameKeyIsAMistake() {
        Joined anne = join("anne");
        anne.push("once", Map.of("key", "k1", "amount", 1));
        anne.push("once", Map.of("key", "k1", "amount", 2));
        assertThatThrownBy(this::answer)
                .hasCauseInstanceOf(KeyReusedException.class)
                .hasMessageContaining("(expected: a new key for each push, and the same content if it is sent again)");
    }

    @Test
    void theKeysOfTwoUsersAreTwo() {
        Joined anne = join("anne");
        Joined bob = join("bob");
        anne.push("once", Map.of("key", "k1", "amount", 1));
        Object first = answer();
        bob.push("once", Map.of("key", "k1", "amount", 2));
        assertThat(answer()).isNotEqualTo(first);
    }

    @Test
    void aKeyIsNeitherEmptyNorTooLong() {
        Joined anne = join("anne");
        for (String key : List.of("", "x".repeat(256), "a\0b")) {
            anne.push("once", Map.of("key", key, "amount", 1));
            assertThatThrownBy(this::answer)
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("characters (expected: 1 to 255 characters, without U+0000)");
        }
    }

    @Test
    void aKeyThatIsMissingIsItsClientsMistake() {
        join("a").push("once", Map.of("amount", "5"));

        assertThatThrownBy(answers.get(0)::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key: missing (expected: 1 to 255 characters, without U+0000)");
    }

    @Test
    void aClientAcknowledgesAPosition() {
        Joined anne = join("anne");
        anne.push("bid", new Bid(1));
        anne.push("bid", new Bid(2));
        String second = answer().toString();
        anne.push("ack", Map.of("position", second));
        assertThat(answer()).isEqualTo(true);
        assertThat(kept.acknowledged(TOPIC).join()).isEqualTo(Map.of("anne", 2L));
        for (String wrong : List.of("", "what", "other:1", second + "0")) {
            anne.push("ack", Map.of("position", wrong));
            assertThat(answer()).as(wrong).isEqualTo(false);
        }
        anne.push("ack", Map.of());
        assertThat(answer()).as("none").isEqualTo(false);
        assertThat(kept.acknowledged(TOPIC).join()).isEqualTo(Map.of("anne", 2L));
        assertThat(kept.acknowledge(TOPIC, "billing", second).join()).isTrue();
        assertThat(kept.acknowledged(TOPIC).join()).isEqualTo(Map.of("anne", 2L, "billing", 2L));
    }

    @Test
    void whoHasNoNameCannotAcknowledge() {
        Joined nobody = kit.socket(spec).join(TOPIC);
        nobody.push("ack", Map.of("position", "e:0"));
        nobody.assertCrashed(
                IllegalStateException.class,
                thrown -> String.valueOf(thrown.getMessage())
                        .equals(
                                "acknowledge: a socket without a user (expected: SocketSpec.Builder.id, or KeptTopics.Builder.user)"));
    }

    @Test
    void aTopicThatIsNotKeptIsSaidSo() {
        Joined other = kit.socket(spec, "anne", Assigns.EMPTY).join("other");
        other.push("bid", new Bid(1));
        other.assertCrashed(IllegalArgumentException.class);
    }
}
