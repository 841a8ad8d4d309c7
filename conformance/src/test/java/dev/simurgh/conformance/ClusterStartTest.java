package dev.simurgh.conformance;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start in the same moment. */
@Timeout(180)
@InItsOwnProcesses
class ClusterStartTest {
    @Test
    void allStartAndMeetThoughOneContactIsDeadAndOneNodeIsItsOwn(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode dead = rig.node("dead@127.0.0.1");
            ClusterNode b = rig.node("b@127.0.0.1").web().contacts(dead);
            ClusterNode a = rig.node("a@127.0.0.1").contacts(b);
            ClusterNode c = rig.node("c@127.0.0.1");
            c.contacts(c, a);
            for (ClusterNode node : List.of(a, b, c)) {
                node.launch();
            }
            List.of(a, b, c).forEach(ClusterNode::started); // b listens for clients, too
            a.awaitList(NetworkRig.PATIENCE, b, c);
            b.awaitList(NetworkRig.PATIENCE, a, c);
            c.awaitList(NetworkRig.PATIENCE, a, b);
        });
    }
}
