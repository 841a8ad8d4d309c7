package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LobbyTest {
    private int now;
    private final LobbyCounters counters = new LobbyCounters();
    private final Lobby lobby = new Lobby(3, 100, 20, () -> now, counters);
    private final List<String> turnedAway = new ArrayList<>();
    private final List<Limit> reached = new ArrayList<>();

    private final class Client implements Lobby.Guest {
        private final String name;
        private int pinned;
        boolean idle;

        Client(String name) {
            this.name = name;
            lobby.enter(this);
        }

        void sends(int bytes) {
            pinned += bytes;
            lobby.pins(this, bytes);
        }

        @Override
        public int pinnedBytes() {
            return pinned;
        }

        @Override
        public boolean isIdle() {
            return idle;
        }

        @Override
        public void turnAway(Limit limit) {
            turnedAway.add(name);
            reached.add(limit);
            int kept = pinned;
            pinned = 0;
            lobby.pins(this, -kept);
            lobby.leave(this);
        }
    }

    @Test
    void whoHasWaitedLongestMakesRoomAndWhoIsBeingServedDoesNot() {
        Client served = new Client("served");
        new Client("old");
        new Client("new");
        lobby.requestBegun(served);
        now += 20;
        new Client("next");

        assertThat(turnedAway).containsExactly("old");
        assertThat(counters.guests()).isEqualTo(3);
        assertThat(counters.turnedAwayTotal()).isEqualTo(1);
    }

    @Test
    void waitingBeginsAgainAfterAnAnswer() {
        Client busy = new Client("busy");
        new Client("idle");
        new Client("third");
        lobby.requestBegun(busy);
        now += 20;
        lobby.turnOf(busy);
        new Client("next");

        assertThat(turnedAway).containsExactly("idle");
    }

    @Test
    void inACrowdTheLastOneIsTurnedAway() {
        for (String name : List.of("a", "b", "c", "d")) {
            new Client(name);
            now += 6;
        }
        assertThat(turnedAway).containsExactly("d");
        assertThat(reached).containsExactly(Limit.PENDING_CONNECTIONS);
    }

    /** As when many polls are answered at once. */
    @Test
    void inACrowdOfThoseWhoHaveTheirAnswersTheFirstOfThemMakesRoom() {
        new Client("slow");
        Client asking = new Client("asking");
        Client idle = new Client("idle");
        for (Client each : List.of(asking, idle)) {
            each.idle = true;
            lobby.idle(each);
        }
        asking.idle = false;
        new Client("new");
        new Client("last");

        assertThat(turnedAway).containsExactly("idle", "last");
    }

    @Test
    void whoPinsLongestMakesRoomForBytes() {
        Client silent = new Client("silent");
        Client first = new Client("first");
        Client second = new Client("second");
        first.sends(60);
        second.sends(40);
        assertThat(turnedAway).isEmpty();
        second.sends(1);

        assertThat(turnedAway).containsExactly("first");
        assertThat(reached).containsExactly(Limit.PENDING_BYTES);
        assertThat(silent.pinnedBytes()).isZero();
        assertThat(counters.pinnedBytes()).isEqualTo(41);
    }

    @Test
    void whoPinsMoreThanAllMayGoesItself() {
        Client only = new Client("only");
        lobby.requestBegun(only);
        only.sends(101);

        assertThat(turnedAway).containsExactly("only");
        assertThat(counters.pinnedBytes()).isZero();
        assertThat(counters.guests()).isZero();
    }
}
