package auction;

import auction.Lot.Bid;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.Decision;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.RequestKey;
import dev.simurgh.journal.StoredReply;
import java.util.Objects;

/**
 * Talks about a lot. It keeps nothing: the lot is a durable state, and its topic is kept. So what is bid is broadcast by being stored, and
 * a page that was away gets what it has missed, without a line here.
 */
final class AuctionChannel {
    /** A bid, with a key of the page's own choice: sent again under the same key it counts once. */
    record Offer(String bidder, long amount, String key) {
        Offer {
            Objects.requireNonNull(bidder, "bidder");
            if (key.isEmpty() || key.length() > 100) {
                throw new IllegalArgumentException("key: " + key.length() + " characters (expected: 1 to 100)");
            }
        }
    }

    private final Durable<Lot, Bid> lots;

    private AuctionChannel(Durable<Lot, Bid> lots) {
        this.lots = lots;
    }

    static ChannelSpec<AuctionChannel> spec(Durable<Lot, Bid> lots) {
        return ChannelSpec.builder(() -> new AuctionChannel(lots))
                .join(AuctionChannel::join)
                .handleIn("bid", Offer.class, AuctionChannel::bid)
                .build();
    }

    /** The lot as it is. Waits for the journal, which a mailbox may. */
    JoinResult join(Socket socket) {
        return JoinResult.ok(lots.state(socket.topic()).join());
    }

    /** Answers with the bid once it is stored, or says why it is none. */
    Result bid(Offer offer, Socket socket) {
        StoredReply.send(
                socket.ref(), lots.ask(socket.topic(), new RequestKey("", offer.key(), offer), Bid.class, lot -> {
                    Bid bid = lot.bid(offer.bidder(), offer.amount());
                    return Decision.event(bid, bid);
                }));
        return Result.noReply();
    }
}
