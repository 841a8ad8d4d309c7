package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformanceOptionsTest {
    private static final int ANY = Integer.MAX_VALUE;

    @Test
    void withoutOptionsThereIsNoLimitToConnectionsAndRates() {
        ConformanceOptions options = ConformanceOptions.parse();
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(4000);
        assertThat(options.data()).isEmpty();
        assertThat(options.server().maxConnections()).isEqualTo(ANY);
        assertThat(options.server().maxConnectionsPerAddress()).isEqualTo(ANY);
        assertThat(options.server().handshakesPerSecond()).isEqualTo(ANY);
        assertThat(options.client().joinsPerSecond()).isEqualTo(ANY);
        assertThat(options.client().messagesPerSecond()).isEqualTo(ANY);
        assertThat(options.client().bytesPerSecond()).isEqualTo(ANY);
        assertThat(options.client().joinWithin()).isEqualTo(ChronoUnit.FOREVER.getDuration());
    }

    @Test
    void eachOptionIsALimit() {
        ConformanceOptions options = ConformanceOptions.parse(
                ("--host 0.0.0.0 --port 0 --max-connections 7 --max-connections-per-address 6 --handshakes-per-second 5"
                                + " --joins-per-second 4 --messages-per-second 3 --join-within 2.5")
                        .split(" "));
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.port()).isZero();
        assertThat(options.server().maxConnections()).isEqualTo(7);
        assertThat(options.server().maxConnectionsPerAddress()).isEqualTo(6);
        assertThat(options.server().handshakesPerSecond()).isEqualTo(5);
        assertThat(options.client().joinsPerSecond()).isEqualTo(4);
        assertThat(options.client().messagesPerSecond()).isEqualTo(3);
        assertThat(options.client().joinWithin()).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void topicsAreKeptInAFileOrInPostgresql() {
        assertThat(ConformanceOptions.parse("--data", "kept.db").data()).contains("kept.db");
        String url = "jdbc:postgresql://127.0.0.1/kept";
        assertThat(ConformanceOptions.parse("--data", url).data()).contains(url);
    }

    @Test
    void itIsANodeOfAClusterIfItHasAName() {
        assertThat(ConformanceOptions.parse().node()).isEmpty();
        assertThat(ConformanceOptions.parse(
                                "--name a@127.0.0.1 --connect b@127.0.0.1 --connect c@10.0.0.1:7705".split(" "))
                        .node())
                .contains(new ConformanceOptions.Node("a@127.0.0.1", List.of("b@127.0.0.1", "c@10.0.0.1:7705")));
    }

    @Test
    void allConnectionsMayBeOfOneAddressUnlessItIsSaid() {
        ConformanceOptions options = ConformanceOptions.parse("--max-connections", "50000");
        assertThat(options.server().maxConnectionsPerAddress()).isEqualTo(50_000);
    }

    @ParameterizedTest
    @CsvSource({
        "--prot 4000, --prot (expected: an option)",
        "--port, --port (expected: a value behind it)",
        "--port x, --port x (expected: a number)",
        "--max-connections 1.5, --max-connections 1.5 (expected: a number)",
        "--max-connections 0, maxConnections: 0 (expected: more than zero)",
        "--data jdbc:h2:x, '--data jdbc:h2:x (expected: a file, or jdbc:postgresql:...)'",
        "--name a, 'node: a (expected: name@host or name@host:port, such as server@127.0.0.1:7700, of at most 255 bytes)'",
        "--connect b@127.0.0.1, --connect b@127.0.0.1 (expected: with --name NAME@HOST)",
        "--join-within soon, --join-within soon (expected: a number of seconds)"
    })
    void whatIsWrongIsNamed(String arguments, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConformanceOptions.parse(arguments.split(" ")))
                .withMessage(message);
    }
}
