package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which ports a node opens, as the kernel has it. */
@Timeout(120)
@EnabledOnOs(OS.LINUX) // where the kernel tells
@InItsOwnProcesses
class ClusterPortsTest {
    @Test
    void withoutOptionsThereIsNoClusterPort(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode alone = rig.node("alone").alone().web().start();
            assertThat(OpenPorts.of(alone.handle())).containsExactly("tcp 127.0.0.1:" + alone.webPort());
        });
    }

    @Test
    void aNodeListensOnTheAddressOfItsNameOnly(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode first = rig.node("first@127.0.0.2").web().launch();
            ClusterNode second = rig.node("second@127.0.0.3").contacts(first).launch();
            List.of(first, second).forEach(ClusterNode::started);
            first.awaitList(NetworkRig.PATIENCE, second);
            second.awaitList(NetworkRig.PATIENCE, first);
            assertThat(OpenPorts.of(first.handle()))
                    .contains("tcp 127.0.0.1:" + first.webPort(), "tcp 127.0.0.2:" + first.clusterPort())
                    .allMatch(port -> port.startsWith("tcp 127.0.0.2:") || port.endsWith(":" + first.webPort()));
            assertThat(OpenPorts.of(second.handle()))
                    .contains("tcp 127.0.0.3:" + second.clusterPort())
                    .allMatch(port -> port.startsWith("tcp 127.0.0.3:"));
        });
    }
}
