package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client that joins and leaves without end writes into the log. */
class JoinLinesTest {
    private final Rig rig = new Rig(Setup.V2_ON_EVENT_LOOP).channel("room:*", spec -> spec);
    private final LogCapture logs = new LogCapture(Level.INFO);

    private void joins(Client client, int times) {
        for (int i = 0; i < times; i++) {
            client.joined("" + i, "room:1").push("leave", "room:1", "phx_leave");
            client.received();
        }
    }

    private List<String> joinLines() {
        return logs.lines().stream().filter(line -> line.contains("join")).toList();
    }

    @Test
    void areThirtyInTenSecondsAndACountOfTheOthers() {
        Client client = rig.connect();
        joins(client, 1000);
        assertThat(joinLines()).hasSize(30).allMatch(line -> line.startsWith("INFO join room:1: ok in "));
        rig.advance(Duration.ofSeconds(10));
        joins(client, 1);
        assertThat(joinLines())
                .hasSize(32)
                .element(30)
                .isEqualTo("INFO … and 970 more joins in 10 s on one connection to /socket");
        logs.close();
    }

    @Test
    void areCountedAtTheEndOfTheConnectionAtTheLatest() {
        Client client = rig.connect();
        joins(client, 31);
        client.vanish();
        assertThat(joinLines())
                .hasSize(31)
                .last()
                .isEqualTo("INFO … and 1 more joins in 10 s on one connection to /socket");
        logs.close();
    }

    @Test
    void ofOtherConnectionsHaveTheirOwnRoom() {
        joins(rig.connect(), 40);
        joins(rig.connect(), 40);
        assertThat(joinLines()).hasSize(60);
        logs.close();
    }

    @Test
    void areCountedNoFurtherThanTheNumberHolds() {
        int known = 0;
        for (int i = 0; i < 300_000; i++) {
            known = JoinLines.next(known, 0);
        }
        assertThat(JoinLines.leftOut(known)).isEqualTo((1 << 18) - 1 - JoinLines.MOST);
        assertThat(JoinLines.over(known, JoinLines.next(known, 0))).isZero();
        assertThat(JoinLines.isRoom(JoinLines.next(known, Duration.ofSeconds(10).toNanos())))
                .isTrue();
    }
}
