package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.Handshake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The line about a client that wants to connect, and those about one that speaks what it did not say. */
class ConnectLogTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private Handshake handshake(Map<String, String> params) {
        return rig.handshake(Vsn.V2, rig.loop(), params);
    }

    private List<String> lines(Runnable action) {
        try (var log = new LogCapture(Level.INFO)) {
            action.run();
            return log.lines();
        }
    }

    @Test
    void whoIsAcceptedHasItsLineWhenTheConnectionIsOpen() {
        assertThat(lines(() -> handshake(Map.of()))).isEmpty();
        assertThat(lines(rig::connect))
                .containsExactly("INFO connect /socket: ok in 0.00 ms, fake, vsn 2.0.0, params {}");
    }

    @Test
    void whoCannotBeUpgradedDidNotConnect() {
        assertThat(lines(() -> {
                    var accepted = (Handshake.Accepted) handshake(Map.of("a", "1"));
                    accepted.abandon();
                    accepted.abandon();
                }))
                .containsExactly("INFO connect /socket: not opened in 0.00 ms, fake, vsn 2.0.0, params {a=1}");
    }

    @Test
    void whyAClientIsRefusedIsInItsLine() {
        rig.socket(socket -> socket.connect(request -> ConnectResult.refuse(Map.of("code", 7, "token", "s3cret"))));
        assertThat(lines(() -> handshake(Map.of())))
                .singleElement()
                .asString()
                .startsWith("INFO connect /socket: refused in 0.00 ms, fake, vsn 2.0.0, params {}, reason {")
                .contains("code=7", "token=[FILTERED]");
    }

    @Test
    void soItIsIfItIsAnObjectWithoutWhatIsSecret() {
        record Reason(int code, String password) {}
        rig.socket(socket -> socket.connect(request -> ConnectResult.refuse(new Reason(7, "s3cret"))));
        assertThat(lines(() -> handshake(Map.of())))
                .containsExactly("INFO connect /socket: refused in 0.00 ms, fake, vsn 2.0.0, params {}, reason {code=7,"
                        + " password=[FILTERED]}");
    }

    @Test
    void aReasonThatCannotBeShownIsKnownByItsClass() {
        Object reason = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("not shown");
            }
        };
        rig.socket(socket -> socket.connect(request -> ConnectResult.refuse(reason)));
        assertThat(lines(() -> handshake(Map.of())))
                .singleElement()
                .asString()
                .endsWith("reason " + reason.getClass().getName());
    }

    @Test
    void whoSpeaksAnotherVersionThanItSaidIsNoticedOnce() {
        assertThat(lines(() -> rig.connect(Vsn.V1, rig.loop(), Map.of())
                        .send("[null,\"1\",\"phoenix\",\"heartbeat\",{}]")
                        .send("[null,\"2\",\"phoenix\",\"heartbeat\",{}]")))
                .filteredOn(line -> line.startsWith("WARN"))
                .containsExactly(
                        "WARN a client of /socket connected with vsn 1.0.0, but speaks 2.0.0 (expected: vsn=2.0.0"
                                + " in its address)");
        assertThat(lines(() -> rig.connect(Vsn.V2, rig.loop(), Map.of())
                        .send("{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"1\"}")))
                .contains(
                        "WARN a client of /socket connected with vsn 2.0.0, but speaks 1.0.0 (expected: vsn=1.0.0 in its"
                                + " address)");
    }

    @Test
    void textThatIsNoneLeavesATrace() {
        assertThat(lines(() -> rig.connect().send(new byte[] {'"', (byte) 0xFF, '"'})))
                .contains("INFO connection to /socket closed with 1007: text that is not UTF-8");
    }

    @Test
    void durationsAreShownInMilliseconds() {
        assertThat(Elapsed.shown(0)).isEqualTo("0.00 ms");
        assertThat(Elapsed.shown(9_999)).isEqualTo("0.00 ms");
        assertThat(Elapsed.shown(255_000)).isEqualTo("0.25 ms");
        assertThat(Elapsed.shown(Duration.ofMillis(3).toNanos())).isEqualTo("3.00 ms");
        assertThat(Elapsed.shown(9_999_999)).isEqualTo("9.99 ms");
        assertThat(Elapsed.shown(Duration.ofMillis(10).toNanos())).isEqualTo("10 ms");
        assertThat(Elapsed.shown(Duration.ofSeconds(70).toNanos())).isEqualTo("70000 ms");
    }
}
