package dev.simurgh.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every cluster adapter has to do, whatever carries its messages. Extend it, say how to make a node, and, if messages take time,
 * how to wait.
 *
 * <p>That nothing more arrives is told by a message sent behind it, so it takes no waiting either.
 */
public abstract class ClusterAdapterSuite extends ClusterSuiteMessages {
    /** For the adapter's own test. */
    protected ClusterAdapterSuite() {}

    @Test
    void nodesKnowEachOther() {
        assertEquals(List.of(b.name(), c.name()), a.pubsub.node().list());
        assertEquals(List.of(a.name(), c.name()), b.pubsub.node().list());
        assertEquals(List.of(a.name(), b.name()), c.pubsub.node().list());
    }

    @Test
    void aListenerHearsOfNodesThatComeAndGo() {
        NodeEvents heard = new NodeEvents(a.pubsub.node());
        ClusterSuiteNode d = start("d@127.0.0.1");
        await(() -> heard.all().size() == 1);
        d.pubsub.close();
        await(() -> heard.all().size() == 2);
        assertEquals(
                List.of("up d@127.0.0.1, there are 3 others", "down d@127.0.0.1, there are 2 others"), heard.all());
        a.pubsub.node().removeListener(heard);
        b.pubsub.close();
        await(() -> a.pubsub.node().list().size() == 1);
        assertEquals(2, heard.all().size());
    }

    /** What a listener of a node has heard, and how many other nodes were listed then. */
    private static final class NodeEvents implements NodeListener {
        private final Node node;
        private final List<String> events = new CopyOnWriteArrayList<>();

        NodeEvents(Node node) {
            this.node = node;
            node.addListener(this);
        }

        @Override
        public void nodeUp(NodeId id) {
            add("up " + id.name());
        }

        @Override
        public void nodeDown(NodeId id) {
            add("down " + id.name());
        }

        private void add(String event) {
            events.add(event + ", there are " + node.list().size() + " others");
        }

        List<String> all() {
            return events;
        }
    }

    @Test
    void aNodeThatIsConnectedNeedNotBeConnectedAgain() {
        for (String name : List.of(b.name(), c.name(), a.name())) {
            CompletableFuture<Boolean> answer = a.pubsub.node().connectLater(name);
            await(answer::isDone);
            assertEquals(true, answer.getNow(false), name);
        }
        assertEquals(List.of(b.name(), c.name()), a.pubsub.node().list());
    }

    @Test
    void aNodeThatLeavesIsForgotten() {
        b.pubsub.close();
        await(() -> a.pubsub.node().list().size() == 1 && c.pubsub.node().list().size() == 1);
        assertEquals(List.of(c.name()), a.pubsub.node().list());
        assertEquals(List.of(a.name()), c.pubsub.node().list());
        assertFalse(a.pubsub.directBroadcast(b.name(), event("nobody")));
    }

    @Test
    void aNodeThatComesLaterTakesPart() {
        ClusterSuiteInbox atA = subscribe(a, TOPIC);
        ClusterSuiteNode d = start("d@127.0.0.1");
        await(() -> a.pubsub.node().list().size() == 3 && d.pubsub.node().list().size() == 3);
        ClusterSuiteInbox atD = subscribe(d, TOPIC);
        a.pubsub.broadcast(event("to d"));
        d.pubsub.broadcast(event("to a"));
        assertEquals(1, Collections.frequency(from(a, d, TOPIC, atD), "to d"));
        assertEquals(1, Collections.frequency(from(d, a, TOPIC, atA), "to a"));
    }

    @Test
    void aBroadcastReachesAllNodesOnce() {
        ClusterSuiteInbox atA = subscribe(a, TOPIC);
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        ClusterSuiteInbox atC = subscribe(c, TOPIC);
        a.pubsub.broadcast(event("e"));
        assertEquals(List.of("e"), from(a, a, TOPIC, atA));
        assertEquals(List.of("e"), from(a, b, TOPIC, atB));
        assertEquals(List.of("e"), from(a, c, TOPIC, atC));
    }

    @Test
    void broadcastFromLeavesOutOneSubscriberOfItsOwnNode() {
        ClusterSuiteInbox sender = subscribe(a, TOPIC);
        ClusterSuiteInbox neighbour = subscribe(a, TOPIC);
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        a.pubsub.broadcastFrom(sender, event("e"));
        assertEquals(List.of(), from(a, a, TOPIC, sender));
        assertTrue(neighbour.has("e"));
        assertEquals(List.of("e"), from(a, b, TOPIC, atB));
    }

    @Test
    void aLocalBroadcastStaysOnItsNode() {
        ClusterSuiteInbox atA = subscribe(a, TOPIC);
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        a.pubsub.localBroadcast(event("e"));
        assertEquals(List.of("e"), from(a, a, TOPIC, atA));
        assertEquals(List.of(), from(a, b, TOPIC, atB));
    }

    @Test
    void aDirectBroadcastReachesOneNode() {
        ClusterSuiteInbox atA = subscribe(a, TOPIC);
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        ClusterSuiteInbox atC = subscribe(c, TOPIC);
        assertTrue(a.pubsub.directBroadcast(c.name(), event("e")));
        assertFalse(a.pubsub.directBroadcast("nobody@127.0.0.1", event("e")));
        assertEquals(List.of("e"), from(a, c, TOPIC, atC));
        assertEquals(List.of(), from(a, b, TOPIC, atB));
        assertEquals(List.of(), from(a, a, TOPIC, atA));
    }

    @Test
    void theBroadcastsOfANodeArriveInOrder() {
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        List<String> numbers = IntStream.range(0, 1000).mapToObj(i -> "n" + i).toList();
        for (String number : numbers) {
            a.pubsub.broadcast(event(number));
        }
        assertEquals(numbers, from(a, b, TOPIC, atB));
    }

    @Test
    void directAndOtherBroadcastsOfANodeAreInOneOrder() {
        aKnowsTheTopicsOf(b); // else some might be sent late
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        List<String> numbers = IntStream.range(0, 200).mapToObj(i -> "n" + i).toList();
        for (int i = 0; i < numbers.size(); i += 2) {
            a.pubsub.broadcast(event(numbers.get(i)));
            a.pubsub.directBroadcast(b.name(), event(numbers.get(i + 1)));
        }
        assertEquals(numbers, from(a, b, TOPIC, atB));
    }

    @Test
    void aNodeGetsOneMessageHoweverManySubscribersItHas() {
        ClusterSuiteInbox first = subscribe(b, TOPIC);
        ClusterSuiteInbox second = subscribe(b, TOPIC);
        a.pubsub.broadcast(event("e"));
        assertEquals(List.of("e"), from(a, b, TOPIC, first));
        assertTrue(second.has("e"));
        assertEquals(1, b.received("e"));
    }

    @Test
    void aNodeWithoutSubscribersIsLeftOut() {
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        assertTrue(isLeftOut(c, TOPIC), "a still sends to c, which has no subscribers");
        a.pubsub.broadcast(event("e"));
        assertEquals(1, Collections.frequency(from(a, b, TOPIC, atB), "e"));
    }

    @Test
    void aNodeWhoseLastSubscriberHasGoneIsLeftOut() {
        Subscription first = b.subscribe(TOPIC, new ClusterSuiteInbox());
        ClusterSuiteInbox second = subscribe(b, TOPIC);
        first.cancel();
        a.pubsub.broadcast(event("still"));
        assertEquals(List.of("still"), from(a, b, TOPIC, second));
        b.cancelAll();
        assertTrue(isLeftOut(b, TOPIC), "a still sends to b, whose subscribers have gone");
        ClusterSuiteInbox third = subscribe(b, TOPIC);
        a.pubsub.broadcast(event("again"));
        assertEquals(1, Collections.frequency(from(a, b, TOPIC, third), "again"));
    }

    /** The news of a first subscription needs time to reach the others, and nobody may miss anything because of that. */
    @Test
    void aBroadcastRightAfterSubscribingArrives() {
        aKnowsTheTopicsOf(b);
        Map<String, ClusterSuiteInbox> inboxes = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            String topic = "room:" + i;
            ClusterSuiteInbox inbox = new ClusterSuiteInbox();
            inboxes.put(topic, inbox);
            b.subscribe(topic, inbox);
            a.pubsub.broadcast(ClusterSuiteInbox.event(topic, "from a"));
            c.pubsub.broadcast(ClusterSuiteInbox.event(topic, "from c"));
        }
        inboxes.forEach((topic, inbox) -> {
            await(() -> inbox.has("from a") && inbox.has("from c"));
            List<String> events = new ArrayList<>(from(a, b, topic, inbox));
            events.addAll(from(c, b, topic, inbox));
            Collections.sort(events);
            assertEquals(List.of("from a", "from c"), events, topic);
        });
    }

    @Test
    void aBroadcastRightAfterSubscribingAnewArrives() {
        aKnowsTheTopicsOf(b);
        String topic = "room:again";
        for (int i = 0; i < 100; i++) {
            ClusterSuiteInbox inbox = new ClusterSuiteInbox();
            Subscription subscription = b.subscribe(topic, inbox);
            String number = "n" + i;
            a.pubsub.broadcast(ClusterSuiteInbox.event(topic, number));
            await(() -> inbox.has(number));
            assertEquals(List.of(number), from(a, b, topic, inbox));
            subscription.cancel();
        }
    }

    /**
     * A subscription that is cancelled before a broadcast has arrived does not get it, and the next one may or may not. But nothing comes
     * twice or out of order, and who stays gets what was broadcast since.
     */
    @Test
    void aTopicWhoseSubscribersComeAndGoStaysInOrder() {
        ClusterSuiteInbox all = new ClusterSuiteInbox();
        for (int i = 100; i < 200; i++) {
            Subscription subscription = b.subscribe(TOPIC, all);
            a.pubsub.broadcast(event("n" + i));
            subscription.cancel();
        }
        b.subscribe(TOPIC, all);
        a.pubsub.broadcast(event("to who stays"));
        await(() -> all.has("to who stays"));
        List<String> events = from(a, b, TOPIC, all);
        assertEquals(events.stream().distinct().sorted().toList(), events);
        assertEquals("to who stays", events.get(events.size() - 1));
    }

    /** Waits until a node knows another's topics and no longer sends it everything. */
    private void aKnowsTheTopicsOf(ClusterSuiteNode node) {
        assertTrue(isLeftOut(node, "room:nobody"), "a still sends everything to " + node.name());
    }

    /** Tells whether, sooner or later, a broadcast to the topic no longer reaches that node. */
    private boolean isLeftOut(ClusterSuiteNode node, String topic) {
        String other = "room:other";
        ClusterSuiteInbox inbox = subscribe(node, other);
        BooleanSupplier leftOut = () -> {
            int before = node.received("try");
            a.pubsub.broadcast(ClusterSuiteInbox.event(topic, "try"));
            from(a, node, other, inbox);
            return node.received("try") == before;
        };
        await(leftOut);
        return leftOut.getAsBoolean();
    }

    @Test
    void aPositionTravelsWithItsBroadcast() {
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        a.pubsub.broadcast(event("e").at("epoch:1"));
        a.pubsub.directBroadcast(b.name(), event("e").at("epoch:2"));
        a.pubsub.broadcast(
                Broadcast.of(TOPIC, "e", Payload.binary(new byte[] {1})).at("epoch:3"));
        a.pubsub.broadcast(event("e"));
        from(a, b, TOPIC, atB);
        assertEquals(List.of("epoch:1", "epoch:2", "epoch:3", ""), atB.positionsOf("e"));
    }

    @Test
    void whereInATraceItComesFromTravelsWithItsBroadcast() {
        String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        a.pubsub.broadcast(event("e").tracedBy(traceparent));
        a.pubsub.directBroadcast(b.name(), event("e").at("epoch:2").tracedBy(traceparent));
        a.pubsub.broadcast(event("e"));
        from(a, b, TOPIC, atB);
        assertEquals(List.of(traceparent, traceparent, ""), atB.traceparentsOf("e"));
        aKnowsTheTopicsOf(b);
        ClusterSuiteInbox late = new ClusterSuiteInbox();
        b.subscribe("room:late", late);
        a.pubsub.broadcast(ClusterSuiteInbox.event("room:late", "e").tracedBy(traceparent));
        await(() -> late.has("e"));
        assertEquals(List.of(traceparent), late.traceparentsOf("e"));
    }

    /** One that is sent late because news of the subscription was on its way, too. */
    @Test
    void aPositionTravelsWithALateBroadcast() {
        aKnowsTheTopicsOf(b);
        ClusterSuiteInbox inbox = new ClusterSuiteInbox();
        b.subscribe("room:late", inbox);
        a.pubsub.broadcast(ClusterSuiteInbox.event("room:late", "e").at("epoch:1"));
        await(() -> inbox.has("e"));
        assertEquals(List.of("epoch:1"), inbox.positionsOf("e"));
    }

    @Test
    void aSubscriptionIsReadyAtSomeTime() {
        Subscription first = b.subscribe("room:new", new ClusterSuiteInbox());
        await(() -> first.ready().isDone());
        Subscription second = b.subscribe("room:new", new ClusterSuiteInbox());
        await(() -> second.ready().isDone());
        assertTrue(first.ready().isDone() && !first.ready().isCompletedExceptionally());
        assertTrue(second.ready().isDone() && !second.ready().isCompletedExceptionally());
    }

    @Test
    void allKindsOfPayloadArriveAsTheyWere() {
        ClusterSuiteInbox atB = subscribe(b, TOPIC);
        String big = "{\"text\":\"" + "x".repeat(100_000) + "\"}";
        List<Payload> payloads = List.of(
                Payload.EMPTY,
                Payload.json("{\"a\":[1,2,{\"b\":null}],\"ü\":\"🐦\"}"),
                Payload.binary(new byte[0]),
                Payload.binary(new byte[] {0, 1, (byte) 0xff}),
                Payload.json(big),
                Payload.json("[1,2]"),
                Payload.json("null"));
        payloads.forEach(payload -> a.pubsub.broadcast(Broadcast.ofAny(TOPIC, "鳥", payload)));
        from(a, b, TOPIC, atB);
        assertEquals(payloads, atB.payloadsOf("鳥"));
    }

    @Test
    void aNameClosesItsConnectionsOnAllNodes() {
        List<Endpoint> endpoints = List.of(
                ClusterSuiteClient.endpoint(node("x@127.0.0.1")),
                ClusterSuiteClient.endpoint(node("y@127.0.0.1")),
                ClusterSuiteClient.endpoint(node("z@127.0.0.1")));
        await(() ->
                endpoints.stream().allMatch(endpoint -> endpoint.node().list().size() == 5));
        List<ClusterSuiteClient> named = endpoints.stream()
                .map(endpoint -> ClusterSuiteClient.connect(endpoint, "user:7"))
                .toList();
        ClusterSuiteClient other = ClusterSuiteClient.connect(endpoints.get(1), "user:8");
        endpoints.get(0).disconnect("user:7");
        await(() -> named.stream().allMatch(ClusterSuiteClient::isClosed));
        List<Integer> codes = named.stream().map(ClusterSuiteClient::code).toList();
        boolean otherIsClosed = other.isClosed();
        endpoints.forEach(Endpoint::close);
        assertEquals(List.of(1001, 1001, 1001), codes);
        assertFalse(otherIsClosed, "a connection of another name was closed");
    }

    @Test
    void aNameIsTakenOnce() {
        assertThrows(IllegalArgumentException.class, () -> new ClusterSuiteNode(node(a.name())));
    }
}
