package hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hello.Options.Cluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void withoutOptionsANodeServesClientsAndIsAlone() {
        Options options = parse();

        assertThat(options.port()).isEqualTo(4000);
        assertThat(options.data()).isEqualTo(Path.of("hello-sockets.db"));
        assertThat(options.server()).isTrue();
        assertThat(options.console()).isFalse();
        assertThat(options.cluster()).isEmpty();
    }

    @Test
    void thePortMayComeFromTheEnvironment() {
        assertThat(Options.parse(new String[0], Map.of("PORT", "5000")).port()).isEqualTo(5000);
        assertThat(Options.parse(new String[] {"--port", "0"}, Map.of("PORT", "5000"))
                        .port())
                .isZero();
    }

    @Test
    void thePortOfTheEnvironmentMattersOnlyToAServerThatHasNoOther() {
        Map<String, String> wrong = Map.of("PORT", "");

        assertThat(Options.parse(new String[] {"--no-server"}, wrong).server()).isFalse();
        assertThat(Options.parse(new String[] {"--help"}, wrong).help()).isTrue();
        assertThat(Options.parse(new String[] {"--port", "5000"}, wrong).port()).isEqualTo(5000);
        assertThatThrownBy(() -> Options.parse(new String[0], wrong))
                .hasMessage("PORT: \"\" (expected: a port from 0 to 65535)");
    }

    @Test
    void allOptionsAreRead() {
        Options options = Options.parse(
                new String[] {
                    "--data",
                    "x.db",
                    "--name",
                    "a@127.0.0.1",
                    "--connect",
                    "b@127.0.0.1",
                    "--connect",
                    "c@127.0.0.1:7702",
                    "--cluster-port",
                    "7701",
                    "--no-server",
                    "--console",
                    "--help"
                },
                Map.of("CLUSTER_SECRET", "shh"));

        assertThat(options.data()).isEqualTo(Path.of("x.db"));
        assertThat(List.of(options.server(), options.console(), options.help())).containsExactly(false, true, true);
        assertThat(options.cluster())
                .contains(new Cluster(
                        "a@127.0.0.1",
                        List.of("b@127.0.0.1", "c@127.0.0.1:7702"),
                        Optional.of(7701),
                        Optional.of("shh")));
    }

    @Test
    void eachClusterOptionByItselfMakesANodeOfACluster() {
        assertThat(parse("--cluster-port", "7701").cluster().map(Cluster::name)).contains("hello@127.0.0.1");
        assertThat(parse("--connect", "b@127.0.0.1").cluster().map(Cluster::name))
                .contains("hello@127.0.0.1");
        assertThat(parse("--name", "a@127.0.0.1").cluster().map(Cluster::name)).contains("a@127.0.0.1");
    }

    @Test
    void whatIsWrongIsNamedWithAllThatThereIs() {
        assertThatThrownBy(() -> parse("--prot", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--prot (expected: an option)\n" + Options.USAGE);
        assertThatThrownBy(() -> parse("--name", "--console")).hasMessage("--name without a value\n" + Options.USAGE);
        assertThatThrownBy(() -> parse("--port")).hasMessageStartingWith("--port without a value");
        assertThatThrownBy(() -> parse("--port", "65536"))
                .hasMessage("--port: \"65536\" (expected: a port from 0 to 65535)");
        assertThatThrownBy(() -> parse("--cluster-port", "0"))
                .hasMessage("--cluster-port: \"0\" (expected: a port from 1 to 65535)");
        assertThatThrownBy(() -> Options.parse(new String[0], Map.of("PORT", "http")))
                .hasMessage("PORT: \"http\" (expected: a port from 0 to 65535)");
    }

    private static Options parse(String... args) {
        return Options.parse(args, Map.of());
    }
}
