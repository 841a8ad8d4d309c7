package auction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import auction.Lot.Bid;
import org.junit.jupiter.api.Test;

class LotTest {
    @Test
    void aHigherBidIsTaken() {
        Lot lot = Lot.NEW.with(Lot.NEW.bid("Attar", 10));

        assertThat(lot.bid("Hoopoe", 11)).isEqualTo(new Bid(2, "Hoopoe", 11));
        assertThat(lot.with(lot.bid("Hoopoe", 11)).price()).isEqualTo(11);
    }

    @Test
    void whatIsNotHigherIsRefusedWithTheRule() {
        Lot lot = Lot.NEW.with(new Bid(1, "Attar", 10));

        assertThatThrownBy(() -> lot.bid("Hoopoe", 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amount: 10 (expected: more than 10, at most 1000000000)");
        assertThatThrownBy(() -> lot.bid("Hoopoe", Lot.MAX_PRICE + 1)).hasMessageContaining("amount: 1000000001");
        assertThatThrownBy(() -> Lot.NEW.bid("Hoopoe", 0)).hasMessageContaining("more than 0");
    }

    @Test
    void aBidderHasAName() {
        assertThatThrownBy(() -> Lot.NEW.bid(" ", 1))
                .hasMessage("bidder: 1 characters (expected: 1 to 30, not all blank)");
        assertThatThrownBy(() -> Lot.NEW.bid("x".repeat(31), 1)).hasMessageContaining("bidder: 31 characters");
    }

    @Test
    void itRemembersTheLatestBidsAndCountsAll() {
        Lot lot = Lot.NEW;
        for (int amount = 1; amount <= Lot.SHOWN + 7; amount++) {
            lot = lot.with(lot.bid("Attar", amount));
        }

        assertThat(lot.count()).isEqualTo(Lot.SHOWN + 7);
        assertThat(lot.latest()).hasSize(Lot.SHOWN).last().isEqualTo(new Bid(Lot.SHOWN + 7, "Attar", Lot.SHOWN + 7));
        assertThat(lot.latest().get(0).number()).isEqualTo(8);
    }
}
