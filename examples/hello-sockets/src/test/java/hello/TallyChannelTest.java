package hello;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import hello.Tally.Change;
import hello.Tally.Counted;
import hello.TallyChannel.Add;
import hello.TallyChannel.Failure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.event.Level;

class TallyChannelTest {
    @RegisterExtension
    final ChannelCase.Extension kept = ChannelCase.builder()
            .keep(topics -> topics.keep(Tally.TOPICS, Tally.RETENTION))
            .extension();

    private Durable<Tally, Counted> tallies;
    private Connected user;
    private Joined birds;

    @BeforeEach
    void join(ChannelCase chat) {
        tallies = Durable.of(chat.journal(), JacksonCodec.create(), Tally.spec());
        user = chat.socket("tally:*", TallyChannel.spec(tallies));
        birds = user.subscribeAndJoin("tally:birds");
    }

    @Test
    void whoJoinsGetsTheNewestCount() {
        birds.push("add", new Add(5, "a"));
        birds.push("add", new Add(2, "b"));

        user.join("tally:birds").assertPushes("count", new Counted(2, 7));
        user.join("tally:feathers").refutePush();
    }

    @Test
    void aChangeIsStoredThenBroadcastAndAnswered(ChannelCase chat) {
        var ref = birds.push("add", new Add(5, "a"));

        birds.assertReply(ref, "ok", new Counted(5, 5)).assertPushes("count", new Counted(5, 5));
        chat.assertKept("tally:birds", "count", new Counted(5, 5));
    }

    @Test
    void theSameChangeCountsOnceAndIsAnsweredAgain() {
        birds.assertReply(birds.push("add", new Add(5, "a")), "ok", new Counted(5, 5));
        birds.assertReply(birds.push("add", new Add(1, "b")), "ok", new Counted(1, 6));
        birds.assertReply(birds.push("add", new Add(5, "a")), "ok", new Counted(5, 5));
        birds.assertPushes("count", new Counted(5, 5), new Counted(1, 6));
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // the broadcast tells what comes of it
    void whatSomethingElseCountsIsHeardHereToo() {
        Change change = new Change("birds", 3, "of the night");
        tallies.ask("tally:birds", tally -> tally.add(change));

        birds.assertPushes("count", new Counted(3, 3));
    }

    @Test
    void aChangeOutOfBoundsIsTheClientsFault() {
        var ref = birds.push("add", new Add(0, "a"));

        birds.assertReply(ref, "error", new Failure("by: 0 (expected: from -1000000 to 1000000, but not 0)"))
                .refutePush();
    }

    @Test
    void aChangeThatCannotBeStoredIsLogged(ChannelCase chat) {
        tallies.close();

        var ref = birds.push("add", new Add(1, "a"));

        birds.assertReply(ref, "error", new Failure("not stored")).refutePush();
        chat.logs().assertLogged(Level.ERROR, "a change of tally:birds was not stored");
    }
}
