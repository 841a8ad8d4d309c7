package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who does not know the secret stays outside, and the logs say why. */
@Timeout(180)
@InItsOwnProcesses
class ClusterSecretTest {
    private static final String SECRET = "a secret of the nodes, which has 42 characters";
    private static final String OTHER = "another secret, which is no shorter than that";

    @Test
    void onlyWhoKnowsTheSecretIsLetIn(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode first = rig.node("first@127.0.0.1").secret(SECRET).launch();
            ClusterNode guesses =
                    rig.node("guesses@127.0.0.1").secret(OTHER).contacts(first).launch();
            ClusterNode unaware = rig.node("unaware@127.0.0.1").contacts(first).launch();
            List.of(first, guesses, unaware).forEach(ClusterNode::started);

            String connect = "node.connect(\"" + first.address() + "\")";
            guesses.answers(connect, "==> false");
            unaware.answers(connect, "==> false");
            ClusterNode knows =
                    rig.node("knows@127.0.0.1").secret(SECRET).contacts(first).start();

            first.awaitList(NetworkRig.PATIENCE, knows);
            guesses.awaitList(NetworkRig.PATIENCE);
            unaware.awaitList(NetworkRig.PATIENCE);
            assertThat(first.said()).contains("no TLS 1.3");
            assertThat(guesses.said()).contains("expected: a node that knows this cluster's secret");
            assertThat(unaware.said()).contains("expected: a node without TLS");
            assertThat(first.said() + guesses.said()).doesNotContain(SECRET).doesNotContain(OTHER);
        });
    }
}
