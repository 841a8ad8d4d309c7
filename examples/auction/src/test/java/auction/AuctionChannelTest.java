package auction;

import static org.assertj.core.api.Assertions.assertThat;

import auction.AuctionChannel.Offer;
import auction.Lot.Bid;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Retention;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuctionChannelTest {
    private static final String TOPIC = "auction:feather";

    @RegisterExtension
    final ChannelCase.Extension kept = auction().extension();

    private static ChannelCase.Builder auction() {
        return ChannelCase.builder().keep(topics -> topics.keep("auction:*", Retention.forever()));
    }

    private static Connected connect(ChannelCase chat) {
        Durable<Lot, Bid> lots = Durable.of(chat.journal(), chat.endpoint().codec(), Lot.spec());
        return chat.socket(SocketSpec.builder()
                .channel("auction:*", AuctionChannel.spec(lots))
                .build());
    }

    @Test
    void aBidIsAnsweredAndSeenByEverybody(ChannelCase chat) {
        Joined attar = connect(chat).join(TOPIC);
        Joined hoopoe = connect(chat).join(TOPIC);

        var ref = attar.push("bid", new Offer("Attar", 10, "a"));

        attar.assertReply(ref, "ok", new Bid(1, "Attar", 10)).assertPushes("bid", new Bid(1, "Attar", 10));
        hoopoe.assertPushes("bid", new Bid(1, "Attar", 10));
        chat.assertKept(TOPIC, "bid", new Bid(1, "Attar", 10));
    }

    @Test
    void theSameKeyIsTheSameBid(ChannelCase chat) {
        Joined attar = connect(chat).join(TOPIC);
        attar.push("bid", new Offer("Attar", 10, "a"));
        var hoopoe = attar.push("bid", new Offer("Hoopoe", 20, "b"));

        var again = attar.push("bid", new Offer("Attar", 10, "a"));

        attar.assertReply(hoopoe, "ok", new Bid(2, "Hoopoe", 20))
                .assertReply(again, "ok", new Bid(1, "Attar", 10))
                .assertPushes("bid", new Bid(1, "Attar", 10), new Bid(2, "Hoopoe", 20));
    }

    @Test
    void aBidThatIsTooLowIsRefusedForGood(ChannelCase chat) {
        Joined attar = connect(chat).join(TOPIC);

        var ref = attar.push("bid", new Offer("Attar", 0, "a"));

        attar.assertReply(
                        ref,
                        "error",
                        Map.of("reason", "amount: 0 (expected: more than 0, at most " + Lot.MAX_PRICE + ")"))
                .refutePush();
        chat.refuteKept(TOPIC, "bid");
    }

    @Test
    void whatIsNoBidIsNoCrash(ChannelCase chat) {
        Joined attar = connect(chat).join(TOPIC);

        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("amount", 10, "key", "a"),
                Map.of("bidder", "Attar", "amount", 10),
                Map.of("bidder", "Attar", "amount", 10, "key", ""))) {
            attar.assertReply(attar.push("bid", wrong), "error", Map.of("reason", "invalid payload"));
        }
        attar.refutePush();
    }

    @Test
    void whoJoinsIsToldHowTheLotStands(ChannelCase chat) {
        Connected client = connect(chat);
        client.join(TOPIC).push("bid", new Offer("Attar", 10, "a"));

        connect(chat).tryJoin(TOPIC).assertOk(new Lot(10, 1, List.of(new Bid(1, "Attar", 10))));
    }

    @Test
    void aServerThatStartsAgainKnowsThePriceAndWhoComesBackMissesNothing() {
        MemoryStore store = MemoryStore.create();
        String position;
        try (ChannelCase before = auction().store(store).build()) {
            Joined attar = connect(before).join(TOPIC);
            position = attar.position();
            attar.push("bid", new Offer("Attar", 10, "a"));
        }
        try (ChannelCase after = auction().store(store).build()) {
            Joined attar = connect(after).resumeFrom(position, TOPIC);
            attar.assertRecovered().assertPushes("bid", new Bid(1, "Attar", 10));
            var again = attar.push("bid", new Offer("Attar", 10, "a"));
            var low = attar.push("bid", new Offer("Hoopoe", 10, "b"));
            attar.assertReply(again, "ok", new Bid(1, "Attar", 10)).assertReply(low, "error", Map.class);
            assertThat(attar.position()).endsWith(":1");
        }
    }
}
