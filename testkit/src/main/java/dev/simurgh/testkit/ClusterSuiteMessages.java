package dev.simurgh.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who a node is, and what nodes say to each other that is no broadcast. */
abstract class ClusterSuiteMessages extends ClusterSuiteBase {
    private static final String KIND = "suite";

    /** What a node has been told and sent, in order. */
    private static final class Diary implements NodeListener {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        Diary(ClusterSuiteNode of) {
            of.pubsub.node().addListener(this);
            of.pubsub.node().addHandler(KIND, this::received);
        }

        private void received(NodeId from, byte[] message) {
            lines.add(from.name() + ": " + new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void nodeUp(NodeId node) {
            lines.add("up " + node);
        }

        @Override
        public void nodeDown(NodeId node) {
            lines.add("down " + node);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean send(ClusterSuiteNode from, ClusterSuiteNode to, String text) {
        return from.node().send(to.node().id(), KIND, bytes(text));
    }

    /** Waits until all nodes have heard a last message of that node, so that nothing that it has sent before is on its way. */
    private void last(ClusterSuiteNode from, Diary... diaries) {
        from.node().sendToAll(KIND, bytes("last"));
        String line = from.name() + ": last";
        await(() -> Arrays.stream(diaries).allMatch(diary -> diary.lines.contains(line)));
        for (Diary diary : diaries) {
            assertTrue(diary.lines.remove(line), () -> "a message of " + from.name() + " is missing: " + diary.lines);
        }
    }

    @Test
    void nodesKnowWhoTheOthersAre() {
        assertEquals(List.of(b.node().id(), c.node().id()), a.node().others());
        assertEquals(List.of(a.node().id(), c.node().id()), b.node().others());
        assertEquals(a.name(), a.node().id().name());
    }

    @Test
    void aNodeThatComesBackIsAnotherOne() {
        Diary atA = new Diary(a);
        ClusterSuiteNode first = start("d@127.0.0.1");
        await(() -> atA.lines.size() == 1);
        first.pubsub.close();
        await(() -> atA.lines.size() == 2);
        ClusterSuiteNode second = start("d@127.0.0.1");
        await(() -> atA.lines.size() == 3);
        NodeId before = first.node().id();
        NodeId now = second.node().id();
        assertNotEquals(before, now);
        assertEquals(List.of("up " + before, "down " + before, "up " + now), atA.lines);
        assertFalse(a.node().send(before, KIND, bytes("to the former")));
        assertTrue(a.node().send(now, KIND, bytes("to the latter")));
    }

    @Test
    void aMessageReachesTheNodeThatItIsSentTo() {
        Diary atA = new Diary(a);
        Diary atB = new Diary(b);
        Diary atC = new Diary(c);
        assertTrue(send(a, b, "hello"));
        assertFalse(a.node().send(new NodeId("nobody@127.0.0.1", 1), KIND, bytes("hello")));
        last(a, atB, atC);
        assertEquals(List.of(a.name() + ": hello"), atB.lines);
        assertEquals(List.of(), atC.lines);
        assertEquals(List.of(), atA.lines);
    }

    @Test
    void aMessageToAllReachesAllOthers() {
        Diary atA = new Diary(a);
        Diary atB = new Diary(b);
        Diary atC = new Diary(c);
        assertEquals(2, a.node().sendToAll(KIND, bytes("hello")));
        last(a, atB, atC);
        assertEquals(List.of(a.name() + ": hello"), atB.lines);
        assertEquals(List.of(a.name() + ": hello"), atC.lines);
        assertEquals(List.of(), atA.lines);
    }

    @Test
    void theMessagesOfANodeArriveInOrder() {
        Diary atB = new Diary(b);
        List<String> expected =
                IntStream.range(0, 1000).mapToObj(i -> a.name() + ": " + i).toList();
        for (int i = 0; i < 1000; i += 2) {
            send(a, b, "" + i);
            a.node().sendToAll(KIND, bytes("" + (i + 1)));
        }
        last(a, atB);
        assertEquals(expected, atB.lines);
    }

    @Test
    void aMessageIsNoBroadcast() {
        ClusterSuiteInbox atB = subscribe(b, KIND);
        Diary diary = new Diary(b);
        send(a, b, "hello");
        last(a, diary);
        assertEquals(List.of(), from(a, b, KIND, atB));
        a.pubsub.broadcast(ClusterSuiteInbox.event(KIND, "e"));
        assertEquals(List.of("e"), from(a, b, KIND, atB));
        assertEquals(List.of(a.name() + ": hello"), diary.lines);
    }

    @Test
    void aMessageThatNobodyTakesIsIgnoredAndCounted() {
        a.node().send(b.node().id(), "unheard of", bytes("hello"));
        Diary atB = new Diary(b);
        last(a, atB);
        assertEquals(List.of(), atB.lines);
        assertEquals(1, b.node().messageStats().unknown());
        assertEquals(2, b.node().messageStats().received());
        b.node().removeHandler(KIND);
        send(a, b, "hello");
        await(() -> b.node().messageStats().unknown() == 2);
        assertEquals(2, b.node().messageStats().unknown());
    }

    @Test
    void whatAHandlerThrowsHurtsNobody() {
        b.node().addHandler("bad", (from, message) -> {
            if (message.length == 0) {
                throw new AssertionError("as it should");
            }
            throw new IllegalStateException("as it should");
        });
        ClusterSuiteInbox inbox = subscribe(b, TOPIC);
        Diary atB = new Diary(b);
        a.node().send(b.node().id(), "bad", new byte[0]);
        a.node().send(b.node().id(), "bad", new byte[1]);
        send(a, b, "hello");
        a.pubsub.broadcast(event("e"));
        last(a, atB);
        assertEquals(List.of(a.name() + ": hello"), atB.lines);
        assertEquals(List.of("e"), from(a, b, TOPIC, inbox));
        assertEquals(2, b.node().messageStats().failed());
    }

    @Test
    void aHandlerMaySend() {
        Diary atA = new Diary(a);
        b.node().addHandler("ask", (from, message) -> b.node().send(from, KIND, message));
        a.node().send(b.node().id(), "ask", bytes("echo"));
        await(() -> atA.lines.size() == 1);
        assertEquals(List.of(b.name() + ": echo"), atA.lines);
    }

    @Test
    void messagesMayBeBigAndEmpty() {
        List<byte[]> got = new CopyOnWriteArrayList<>();
        b.node().addHandler(KIND, (from, message) -> got.add(message));
        byte[] big = new byte[Node.MAX_MESSAGE_BYTES];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) ((i * 31) >> 3);
        }
        assertTrue(a.node().send(b.node().id(), KIND, big));
        await(() -> got.size() == 1);
        a.node().send(b.node().id(), KIND, new byte[0]);
        await(() -> got.size() == 2);
        assertTrue(Arrays.equals(big, got.get(0)));
        assertEquals(0, got.get(1).length);
        assertThrows(
                IllegalArgumentException.class,
                () -> a.node().send(b.node().id(), KIND, new byte[Node.MAX_MESSAGE_BYTES + 1]));
    }

    @Test
    void aMessageIsCopiedWhenItIsSent() {
        Diary atB = new Diary(b);
        byte[] message = bytes("before");
        a.node().send(b.node().id(), KIND, message);
        System.arraycopy(bytes("after!"), 0, message, 0, message.length);
        last(a, atB);
        assertEquals(List.of(a.name() + ": before"), atB.lines);
    }

    @Test
    void aNodeSendsNothingToItself() {
        assertThrows(IllegalArgumentException.class, () -> send(a, a, "hello"));
    }

    /** It says something as soon as it knows the others, and something before it goes. */
    @Test
    void messagesComeWhileTheirSenderIsUp() {
        Diary atA = new Diary(a);
        ClusterSuiteNode d = start("d@127.0.0.1");
        d.node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {
                d.node().send(node, KIND, bytes("at once"));
            }
        });
        d.node().others().forEach(node -> d.node().send(node, KIND, bytes("at once")));
        await(() -> atA.lines.size() >= 2);
        send(d, a, "goodbye");
        await(() -> atA.lines.contains("d@127.0.0.1: goodbye"));
        d.pubsub.close();
        String down = "down " + d.node().id();
        await(() -> atA.lines.contains(down));
        assertFalse(send(d, a, "from the grave"));
        assertFalse(send(a, d, "to the grave"));
        send(b, a, "the end");
        await(() -> atA.lines.contains(b.name() + ": the end"));
        List<String> ofD = atA.lines.stream()
                .filter(line -> line.contains("d@"))
                .distinct()
                .toList();
        assertEquals(List.of("up " + d.node().id(), "d@127.0.0.1: at once", "d@127.0.0.1: goodbye", down), ofD);
    }
}
