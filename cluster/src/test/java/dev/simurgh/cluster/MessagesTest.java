package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private final Net net = new Net();
    private final List<String> heard = new ArrayList<>();
    private final Net.Node a;
    private final Net.Node b;

    MessagesTest() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        a = nodes.get(0);
        b = nodes.get(1);
        a.pubsub().node().addHandler("k", this::hear);
        a.pubsub().node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {
                heard.add("+" + node.name());
            }

            @Override
            public void nodeDown(NodeId node) {
                heard.add("-" + node.name());
            }
        });
    }

    private void hear(NodeId from, byte[] message) {
        heard.add(from.name() + " " + new String(message, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private boolean send(Net.Node from, NodeId to, String text) {
        return from.pubsub().node().send(to, "k", bytes(text));
    }

    private void receive(Net.Node from, byte[] message) {
        a.events().received(net.wire(a, from), message, 0, message.length);
    }

    @Test
    void anotherNodeOfTheNameIsNotSentTo() {
        NodeId before = b.mesh.self();
        net.part(a, b);
        Net.Node again = net.node("b@h");
        again.start();
        net.meet(a, again);
        net.deliver();
        assertThat(send(a, before, "1")).isFalse();
        assertThat(send(a, again.mesh.self(), "2")).isTrue();
        assertThat(a.pubsub().node().messageStats().refused()).isEqualTo(1);
        assertThat(net.wire(a, again).sent)
                .filteredOn(message -> message.kind() == ClusterMessage.Kind.MESSAGE)
                .hasSize(1);
    }

    @Test
    void whatIsForANodeThatTakesNothingIsRefused() {
        net.wire(b, a).full = true;
        assertThat(send(b, a.mesh.self(), "1")).isFalse();
        assertThat(b.pubsub().node().sendToAll("k", bytes("2"))).isZero();
        assertThat(b.mesh.stats().refused()).isEqualTo(2);
        assertThat(b.pubsub().node().messageStats().refused()).isEqualTo(2);
    }

    @Test
    void whatANodeSaysWhileItIsBeingAnnouncedComesBehindThat() {
        Net.Node c = net.node("c@h");
        c.start();
        net.meet(a, c);
        net.wire(a, c).deliver(); // c knows a
        assertThat(send(c, a.mesh.self(), "at once")).isTrue();
        a.pubsub().node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {
                net.deliver(); // more comes while a still tells of the first
                heard.add("told");
            }
        });
        receive(c, ClusterMessage.hello(c.mesh.self()).bytes());
        assertThat(heard).containsExactly("+c@h", "told", "c@h at once");
    }

    @Test
    void aNodeThatIsDownSaysNothingAnyMore() {
        Net.Node twin = net.node("b@h");
        twin.start();
        net.meet(a, twin);
        net.deliver(); // it has the name of b now
        heard.clear();
        receive(b, ClusterMessage.message("k", bytes("from the former")).bytes());
        receive(twin, ClusterMessage.message("k", bytes("from the latter")).bytes());
        assertThat(heard).containsExactly("b@h from the latter");
        assertThat(a.mesh.stats().refused()).isEqualTo(1);
    }

    @Test
    void whoHasNotSaidWhoItIsSaysNothing() {
        Net.Node c = net.node("c@h");
        c.start();
        net.sees(a, c);
        receive(c, ClusterMessage.message("k", bytes("1")).bytes());
        assertThat(heard).isEmpty();
        assertThat(a.mesh.stats().refused()).isEqualTo(1);
    }

    @Test
    void whatWaitsForTheAnnouncementIsBounded() {
        Net.Node c = net.node("c@h");
        c.start();
        net.sees(a, c);
        byte[] big = new byte[1 << 20];
        a.pubsub().node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {
                for (int i = 0; i < 10; i++) {
                    receive(c, ClusterMessage.message("big", big).bytes());
                }
            }
        });
        a.pubsub().node().addHandler("big", (from, message) -> heard.add("big"));
        receive(c, ClusterMessage.hello(c.mesh.self()).bytes());
        assertThat(heard).filteredOn("big"::equals).hasSize(7);
        assertThat(a.mesh.stats().refused()).isEqualTo(3);
    }

    @Test
    void aKindThatNobodyTakesIsCounted() {
        receive(b, ClusterMessage.message("nobody's", bytes("1")).bytes());
        assertThat(a.pubsub().node().messageStats().unknown()).isEqualTo(1);
        assertThat(a.mesh.stats().malformed()).isZero();
    }
}
