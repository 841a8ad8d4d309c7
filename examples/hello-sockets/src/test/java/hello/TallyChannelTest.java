package hello;

import static java.time.Duration.ofSeconds;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import hello.TallyChannel.Add;
import hello.TallyChannel.Count;
import hello.TallyChannel.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** The store answers from its writer's thread, so these assertions wait, until it has. */
@ChannelTest
class TallyChannelTest {
    @TempDir
    Path folder;

    private TallyStore tallies;
    private Connected user;
    private Joined birds;

    @BeforeEach
    void join(ChannelCase chat) {
        tallies = TallyStore.open(folder.resolve("tally.db"));
        user = chat.socket("tally:*", TallyChannel.spec(tallies));
        birds = user.subscribeAndJoin("tally:birds").within(ofSeconds(10));
    }

    @AfterEach
    void close() {
        tallies.close();
    }

    @Test
    void theJoinIsAnsweredWithTheCount() {
        tallies.add("eggs", 30, "a").toCompletableFuture().join();

        user.tryJoin("tally:eggs").assertOk(new Count(30));
        user.tryJoin("tally:feathers").assertOk(new Count(0));
    }

    @Test
    void aChangeIsAnsweredAndBroadcastOnceItIsStored() {
        var ref = birds.push("add", new Add(5, "a"));

        birds.assertReply(ref, "ok", new Count(5)).assertPushes("count", new Count(5));
        birds.assertBroadcast("count", new Count(5));
    }

    @Test
    void theSameChangeCountsOnce() {
        birds.assertReply(birds.push("add", new Add(5, "a")), "ok", new Count(5));
        birds.assertReply(birds.push("add", new Add(5, "a")), "ok", new Count(5));
        birds.assertReply(birds.push("add", new Add(1, "b")), "ok", new Count(6));
    }

    @Test
    void aChangeOutOfBoundsIsTheClientsFault() {
        var ref = birds.push("add", new Add(0, "a"));

        birds.assertReply(ref, "error", new Failure("by: 0 (expected: from -1000000 to 1000000, but not 0)"))
                .refuteBroadcast("count")
                .refutePush();
    }

    @Test
    void aChangeThatCannotBeStoredIsLogged(ChannelCase chat) {
        tallies.close();

        var ref = birds.push("add", new Add(1, "a"));

        birds.assertReply(ref, "error", new Failure("not stored")).refuteBroadcast("count");
        chat.logs().assertLogged(Level.ERROR, "a change of tally:birds was not stored", IllegalStateException.class);
    }
}
