package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.transport.poll.SessionRig.Client;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who watches sees for how long a client has not fetched what waits for it. */
class StalledTest {
    private final SessionRig rig = new SessionRig();
    private final Client client = rig.connect();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aClientThatDoesNotPollStandsStillIfSomethingWaits() {
        rig.pass(Duration.ofSeconds(5));
        assertThat(client.session.stalledNanos()).as("nothing waits").isZero();
        client.push("x".repeat(300));
        assertThat(client.session.queuedBytes()).isGreaterThanOrEqualTo(300);
        rig.pass(Duration.ofSeconds(3));
        assertThat(Duration.ofNanos(client.session.stalledNanos())).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        client.poll().written();
        assertThat(client.session.stalledNanos()).isZero();
        assertThat(client.session.queuedBytes()).isZero();
    }
}
