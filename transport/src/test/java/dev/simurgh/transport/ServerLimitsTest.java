package dev.simurgh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ServerLimitsTest {
    @Test
    void whatIsNotSetFollowsWhatIs() {
        ServerLimits defaults = ServerLimits.defaults();
        assertThat(defaults.maxConnections()).isEqualTo(100_000);
        assertThat(defaults.maxConnectionsPerAddress()).isEqualTo(10_000);
        assertThat(defaults.maxLongPollSessions()).isEqualTo(100_000);
        assertThat(defaults.handshakesPerSecond()).isEqualTo(Integer.MAX_VALUE);
        ServerLimits few = ServerLimits.builder().maxConnections(5000).build();
        assertThat(few.maxConnectionsPerAddress()).isEqualTo(1000);
        assertThat(few.maxLongPollSessions()).isEqualTo(5000);
        assertThat(few.toBuilder().maxConnections(300).build().maxConnectionsPerAddress())
                .isEqualTo(300);
    }

    @Test
    void aPartIsNotMoreThanTheWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerLimits.builder()
                        .maxConnections(10)
                        .maxConnectionsPerAddress(11)
                        .build())
                .withMessage("maxConnectionsPerAddress: 11 (expected: at most maxConnections, 10)");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ServerLimits.builder().maxLongPollSessions(100_001).build())
                .withMessage("maxLongPollSessions: 100001 (expected: at most maxConnections, 100000)");
    }

    @Test
    void nothingIsLimitedToNothing() {
        List<Consumer<ServerLimits.Builder>> nothing = List.of(
                limits -> limits.maxConnections(0),
                limits -> limits.maxConnectionsPerAddress(0),
                limits -> limits.handshakesPerSecond(-1),
                limits -> limits.maxLongPollSessions(0),
                limits -> limits.maxLongPollBytes(0),
                limits -> limits.handshakeTimeout(Duration.ZERO),
                limits -> limits.maxPendingConnections(0),
                limits -> limits.maxPendingBytes(0),
                limits -> limits.maxQueuedBytes(-1),
                limits -> limits.maxRequestLineBytes(0),
                limits -> limits.maxHeaderBytes(0),
                limits -> limits.maxBodyBytes(0));
        ServerLimits.Builder builder = ServerLimits.builder();
        assertThat(nothing)
                .allSatisfy(set -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> set.accept(builder))
                        .withMessageEndingWith("(expected: more than zero)"));
    }
}
