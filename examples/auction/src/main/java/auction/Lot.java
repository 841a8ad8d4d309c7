package auction;

import dev.simurgh.journal.DurableSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of a lot: the business state, which lives outside of any channel. It knows nothing of connections.
 *
 * @param price of the last bid; 0 before there is one
 * @param count of all bids
 * @param latest the last bids, oldest first
 */
record Lot(long price, long count, List<Bid> latest) {
    /** So many bids a page is shown when it comes. */
    static final int SHOWN = 50;

    static final long MAX_PRICE = 1_000_000_000;

    /** Before anybody has bid. */
    static final Lot NEW = new Lot(0, 0, List.of());

    /** A bid that was taken; the first has number 1. */
    record Bid(long number, String bidder, long amount) {}

    /** How it lives in the journal: each bid is an event, and each of them a broadcast. */
    static DurableSpec<Lot, Bid> spec() {
        return DurableSpec.builder(NEW, Lot::with)
                .event("bid", Bid.class)
                .snapshot(1_000, Lot.class)
                .build();
    }

    /**
     * The bid that this would be.
     *
     * @throws IllegalArgumentException if it is too low, or out of bounds; the message is for the bidder
     */
    Bid bid(String bidder, long amount) {
        if (bidder.isBlank() || bidder.length() > 30) {
            throw new IllegalArgumentException(
                    "bidder: " + bidder.length() + " characters (expected: 1 to 30, not all blank)");
        }
        if (amount <= price || amount > MAX_PRICE) {
            throw new IllegalArgumentException(
                    "amount: " + amount + " (expected: more than " + price + ", at most " + MAX_PRICE + ")");
        }
        return new Bid(count + 1, bidder, amount);
    }

    /** The lot after a bid. */
    Lot with(Bid bid) {
        return new Lot(
                bid.amount(),
                bid.number(),
                Stream.concat(latest.stream().skip(Math.max(0, latest.size() + 1 - SHOWN)), Stream.of(bid))
                        .toList());
    }
}
