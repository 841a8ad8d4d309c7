package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.cluster.spi.Link;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NamesTest {
    private static final int ROUNDS = 40_000;

    private final Net net = new Net();

    @Test
    void aNodeKeepsItsNameWhenAnotherThatTookItLeavesAgain() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        Net.Node a = nodes.get(0);
        Net.Node b = nodes.get(1);
        Net.Node twin = net.node("b@h");
        assertThatThrownBy(() -> twin.start(() -> {
                    net.meet(a, twin);
                    net.meet(b, twin);
                }))
                .isInstanceOf(IllegalArgumentException.class);
        net.loses(a, twin);
        assertThat(a.pubsub().node().list()).containsExactly("b@h");
        assertThat(a.news).containsExactly("+b@h", "-b@h", "+b@h", "-b@h", "+b@h");
        assertThat(a.mesh.directBroadcast("b@h", Broadcast.of("t", "e", Payload.EMPTY)))
                .isTrue();
        assertThat(net.wire(a, b).broadcasts()).containsExactly("t e");
        assertThat(a.pubsub().node().connectLater("b@h")).isCompletedWithValue(true);
    }

    @Test
    void aNameIsGoneWithTheLastThatHasIt() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        Net.Node a = nodes.get(0);
        Net.Node twin = net.node("b@h");
        twin.start();
        net.meet(a, twin);
        net.deliver();
        net.loses(a, twin);
        net.loses(a, nodes.get(1));
        assertThat(a.pubsub().node().list()).isEmpty();
        assertThat(a.news).containsExactly("+b@h", "-b@h", "+b@h", "-b@h", "+b@h", "-b@h");
    }

    /** The end of an old link and the greeting on its successor come from two threads, a little apart. */
    @Test
    @Timeout(60)
    void whatListenersHearLastIsWhatIsSo() throws Exception {
        Net.Node a = net.nodes("a@h").get(0);
        byte[] hello = ClusterMessage.hello(new NodeId("b@h", 9)).bytes();
        AtomicInteger steps = new AtomicInteger();
        List<Nowhere> old = Stream.generate(Nowhere::new).limit(ROUNDS + 1).toList();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> ending = other.submit(() -> {
                for (int round = 1; round <= ROUNDS; round++) {
                    await(steps, 3 * round - 2);
                    steps.incrementAndGet();
                    spin(round % 97);
                    a.events().down(old.get(round));
                    steps.incrementAndGet();
                }
            });
            for (int round = 1; round <= ROUNDS; round++) {
                Link again = new Nowhere();
                a.events().up(old.get(round));
                a.events().received(old.get(round), hello, 0, hello.length);
                a.events().up(again);
                a.news.clear();
                steps.incrementAndGet();
                spin(round % 89);
                a.events().received(again, hello, 0, hello.length);
                await(steps, 3 * round);
                assertThat(a.news).containsExactly("-b@h", "+b@h");
                assertThat(a.mesh.nodes()).extracting(NodeId::name).containsExactly("b@h");
                a.events().down(again);
            }
            ending.get(10, TimeUnit.SECONDS);
        } finally {
            other.shutdownNow();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // it gives way only because there may be fewer cores than threads
    private static void await(AtomicInteger counter, int value) {
        while (counter.get() < value && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void connectAnswersWhenTheNodeHasSaidItsName() {
        Net.Node a = net.nodes("a@h").get(0);
        Net.Node b = net.node("b@h");
        b.start();
        a.connecting = new CompletableFuture<>();
        CompletableFuture<Boolean> answer = a.pubsub().node().connectLater("b@h:7701");
        assertThat(a.tried).containsExactly(NodeAddress.parse("b@h:7701"));
        net.meet(a, b);
        assertThat(answer).isNotDone();
        net.deliver();
        assertThat(answer).isCompletedWithValue(true);
        assertThat(a.pubsub().node().connectLater("b@h")).isCompletedWithValue(true);
        assertThat(a.pubsub().node().connectLater("a@h")).isCompletedWithValue(true);
        assertThat(a.tried).hasSize(1);
    }

    @Test
    void connectFailsIfItsCarrierDoesOrTheNameIsMalformed() {
        Net.Node a = net.nodes("a@h").get(0);
        a.connecting = CompletableFuture.failedFuture(new IllegalStateException("closed"));
        assertThatThrownBy(() -> a.pubsub().node().connect("b@h"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed");
        assertThatThrownBy(() -> a.pubsub().node().connect("b")).hasMessageStartingWith("node: b (expected: name@host");
    }

    @Test
    void connectToANodeThatIsNotThereAnswersNo() {
        assertThat(net.nodes("a@h").get(0).pubsub().node().connect("b@h")).isFalse();
    }

    @Test
    void eachThatConnectsIsAnsweredByItsOwnSearch() {
        Net.Node a = net.nodes("a@h").get(0);
        CompletableFuture<Void> wrongPort = new CompletableFuture<>();
        a.connecting = wrongPort;
        CompletableFuture<Boolean> answerOfWrongPort = a.pubsub().node().connectLater("b@h:7701");
        CompletableFuture<Void> closedPort = new CompletableFuture<>();
        a.connecting = closedPort;
        CompletableFuture<Boolean> answerOfClosedPort = a.pubsub().node().connectLater("b@h:7703");
        a.connecting = new CompletableFuture<>();
        CompletableFuture<Boolean> answerOfRightPort = a.pubsub().node().connectLater("b@h:7702");
        closedPort.completeExceptionally(new IllegalStateException("closed"));
        wrongPort.complete(null);
        assertThat(answerOfClosedPort).isCompletedExceptionally();
        assertThat(answerOfWrongPort.join()).isFalse();
        assertThat(answerOfRightPort).isNotDone();
        Net.Node b = net.node("b@h");
        b.start();
        net.meet(a, b);
        net.deliver();
        assertThat(answerOfRightPort).isCompletedWithValue(true);
    }

    /** A link of its own each, which a lambda would not be. */
    private static final class Nowhere implements Link {
        @Override
        public boolean send(ClusterMessage message) {
            return true;
        }
    }
}
