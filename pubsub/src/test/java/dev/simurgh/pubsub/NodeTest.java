package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeTest {
    private static final NodeId B = new NodeId("b@test", 7);

    private final RecordingCluster cluster = new RecordingCluster();
    private final Node node = PubSub.on(cluster).node();
    private final ClusterAdapter.Receiver adapter = Objects.requireNonNull(cluster.receiver);
    private final List<String> heard = new ArrayList<>();

    private final NodeListener listener = new NodeListener() {
        @Override
        public void nodeUp(NodeId other) {
            heard.add("up " + other);
        }

        @Override
        public void clusterAway() {
            heard.add("away " + node.isClusterAway());
        }

        @Override
        public void clusterBack() {
            heard.add("back " + node.isClusterAway());
        }
    };

    @Test
    void aClusterIsAwayAndBackOnceEach() {
        node.addListener(listener);
        adapter.back();
        adapter.away();
        adapter.away();
        adapter.back();
        adapter.back();
        assertThat(heard).containsExactly("away true", "back false");
    }

    @Test
    void anErrorOfOneListenerKeepsNothingFromTheOthers() {
        node.addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId other) {
                throw new AssertionError("as it should");
            }
        });
        node.addListener(listener);
        adapter.nodeUp(B);
        assertThat(heard).containsExactly("up b@test#7");
    }

    @Test
    void eachKindHasOneHandler() {
        node.addHandler("k", (from, message) -> heard.add(from + " " + message.length));
        assertThatThrownBy(() -> node.addHandler("k", (from, message) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kind: k has a handler (expected: one for each kind)");
        adapter.message(B, "k", new byte[3]);
        node.removeHandler("k");
        adapter.message(B, "k", new byte[3]);
        assertThat(heard).containsExactly("b@test#7 3");
        assertThat(node.messageStats()).isEqualTo(new MessageStats(0, 0, 2, 1, 0));
    }

    @Test
    void whatCannotBeSentSaysWhy() {
        assertThatThrownBy(() -> node.send(B, "", new byte[0]))
                .hasMessage("kind:  (expected: 1 to 255 bytes)")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> node.addHandler("ä".repeat(128), (from, message) -> {}))
                .hasMessageEndingWith("(expected: 1 to 255 bytes)");
        assertThatThrownBy(() -> node.send(B, "k", new byte[Node.MAX_MESSAGE_BYTES + 1]))
                .hasMessage("message k: 4194305 bytes (expected: at most 4194304; send it in parts)");
        assertThatThrownBy(() -> node.send(node.id(), "k", new byte[0]))
                .hasMessage("to: a@test#1, this node itself (expected: another one)");
        assertThat(cluster.heard).isEmpty();
    }

    @Test
    void anAdapterThatThrowsHasNotSent() {
        cluster.failure = new AssertionError("as it should");
        assertThat(node.send(B, "k", new byte[0])).isFalse();
        cluster.failure = null;
        assertThat(node.send(B, "k", new byte[0])).isTrue();
        assertThat(node.messageStats()).isEqualTo(new MessageStats(1, 1, 0, 0, 0));
    }

    @Test
    void aNodeThatIsAloneSendsToNobody() {
        Node alone = PubSub.local("a@test").node();
        assertThat(alone.send(B, "k", new byte[0])).isFalse();
        assertThat(alone.sendToAll("k", new byte[0])).isZero();
        assertThat(alone.others()).isEmpty();
        assertThat(alone.id().name()).isEqualTo("a@test");
    }

    @Test
    void everyStartHasItsNumber() {
        NodeId first = NodeId.starting("a@test");
        NodeId second = NodeId.starting("a@test");
        assertThat(second.start()).isGreaterThan(first.start());
        assertThatThrownBy(() -> new NodeId("a@test", -1)).hasMessage("start: -1 (expected: 0 to 9007199254740991)");
    }
}
