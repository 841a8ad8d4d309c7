package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnServerTest {
    @Test
    void aServerOfItsOwnIsStartedMeasuredAndStopped() {
        Outcome outcome =
                Outcome.of("connect", "--clients=50", "--server-opts=-Xmx128m " + Outcome.SHORT_LIVED, "--json");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        assertThat(outcome.number("connections_up")).isEqualTo(50);
        assertThat(outcome.number("server_rss_bytes")).isPositive();
        assertThat(outcome.json().has("heap_per_connection_bytes")).isTrue();
        assertThat(outcome.progress()).contains("starting a server");
    }

    @Test
    void itsProcessEnds() throws IOException {
        OwnServer server = OwnServer.start("server", Outcome.SHORT_LIVED, "");
        Measured process = new Measured(List.of(server.pid()));
        assertThat(process.cpuSeconds()).isPositive();

        server.close();

        assertThat(process.known()).isFalse();
    }

    @Test
    void optionsThatJavaDoesNotKnowAreAnError() {
        assertThat(Outcome.of("connect", "--server-opts=-Xnonsense").status()).isEqualTo(Bench.UNUSABLE);
    }
}
