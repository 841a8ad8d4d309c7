package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.Cluster.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nodes that start in the same moment, on real connections; the orders that matter are in {@link ArrivalTest}. */
class StartTogetherTest {
    /** Two seconds are promised; a busy machine may take some more. */
    private static final Duration START = Duration.ofSeconds(6);

    private final Cluster cluster = new Cluster();
    private final ExecutorService starters = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        cluster.close();
        starters.shutdownNow();
    }

    private static String address(String name) {
        return name + "@127.0.0.1:" + Ports.free();
    }

    /** Starts one for each list, which begins with its own address and goes on with its contacts. */
    private Node[] startTogether(List<List<String>> nodes) throws Exception {
        List<CompletableFuture<Node>> starting = new ArrayList<>();
        for (List<String> node : nodes) {
            JGroupsCluster.Builder options = JGroupsCluster.builder();
            node.stream().skip(1).forEach(options::connect);
            starting.add(CompletableFuture.supplyAsync(() -> new Node(node.get(0), options), starters));
        }
        Node[] started = new Node[nodes.size()];
        for (int i = 0; i < started.length; i++) {
            started[i] = started(starting.get(i));
            cluster.nodes.add(started[i]);
        }
        return started;
    }

    private static Node started(CompletableFuture<Node> starting) throws InterruptedException, ExecutionException {
        try {
            return starting.get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a node that has not started after " + START, e);
        }
    }

    @RepeatedTest(4)
    void aNodeWhoseContactIsDeadStartsThoughAnotherOneAsksItMeanwhile() throws Exception {
        String a = address("a");
        String b = address("b");
        Cluster.awaitTogether(startTogether(List.of(List.of(a, b), List.of(b, address("dead")))));
    }

    @Test
    void fiveThatKnowEachOtherInARingAreOneCluster() throws Exception {
        List<String> names = List.of(address("a"), address("b"), address("c"), address("d"), address("e"));
        List<List<String>> ring = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ring.add(List.of(names.get(i), names.get((i + 1) % names.size())));
        }
        Cluster.awaitTogether(startTogether(ring));
    }

    @Test
    void aNodeThatIsItsOwnContactStarts() throws Exception {
        String a = address("a");
        String b = address("b");
        Cluster.awaitTogether(startTogether(List.of(List.of(a, a), List.of(b, a, b))));
        assertTrue(cluster.nodes.get(0).met() == 1);
    }

    /** Holds back the answers to those that join. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class SlowAnswers extends Protocol {
        @Override
        public @Nullable Object down(Message message) {
            GMS.GmsHeader header = message.getHeader(ClassConfigurator.getProtocolId(GMS.class));
            if (header != null && header.getType() == GMS.GmsHeader.JOIN_RSP) {
                getTransport().getTimer().schedule(() -> down_prot.down(message), 1_500, TimeUnit.MILLISECONDS, false);
                return null;
            }
            return down_prot.down(message);
        }
    }

    /** Whichever of the two merges them, which their random addresses decide; and it takes no look at all views, which would take seconds. */
    @RepeatedTest(3)
    void aNodeThatIsLetInTooLateStartsAndIsWithTheOthersSoon() throws Exception {
        Node a = cluster.start();
        ProtocolStack stack = Objects.requireNonNull(a.carrier.channel).getProtocolStack();
        stack.insertProtocol(new SlowAnswers(), ProtocolStack.Position.BELOW, GMS.class);
        stack.removeProtocol(MERGE3.class);
        String b = address("b");
        Cluster.awaitTogether(a, startTogether(List.of(List.of(b, a.address)))[0]);
    }
}
