package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.ClusterMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerLinkTest {
    private final List<byte[]> sent = new CopyOnWriteArrayList<>();
    private final List<PeerLink> failed = new CopyOnWriteArrayList<>();
    private final Recorder events = new Recorder();
    private final PeerLink link =
            new PeerLink(UUID.randomUUID(), 7, (peer, packet) -> sent.add(packet), events, failed::add, "b");

    @AfterEach
    void end() {
        link.down();
    }

    private void awaitSent(int packets) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> sent.size() >= packets);
    }

    /** The other node takes the first of what was sent. */
    private void acknowledge(int packets) {
        long weight = 0;
        for (byte[] packet : sent.subList(0, packets)) {
            weight += Packet.weight(packet.length);
        }
        acknowledgeAll(weight);
    }

    private void acknowledgeAll(long weight) {
        byte[] ack = Packet.ack(7, weight);
        link.received(ack, 0, ack.length);
    }

    private long underWay() {
        return sent.stream().mapToLong(packet -> Packet.weight(packet.length)).sum();
    }

    @Test
    void theFirstPacketIsEmptyAndHasTheGeneration() {
        link.up();
        awaitSent(1);
        assertArrayEquals(Packet.greeting(7), sent.get(0));
        assertEquals(7, Packet.generation(sent.get(0), 0));
    }

    @Test
    void messagesThatWaitGoTogether() {
        assertTrue(link.send(Recorder.message(0, 100)));
        assertTrue(link.send(Recorder.message(1, 100)));
        link.up();
        awaitSent(2);
        assertEquals(Packet.HEADER + 2 * Recorder.message(0, 100).bytes().length, sent.get(1).length);
    }

    @Test
    void noMoreIsUnderWayThanTheOtherNodeTakes() {
        link.up();
        ClusterMessage big = Recorder.message(0, 40_000);
        for (int i = 0; i < 100; i++) {
            assertTrue(link.send(big));
        }
        await().until(() -> underWay() >= PeerLink.WINDOW);
        int window = sent.size();
        acknowledge(4); // a greeting and three big ones
        awaitSent(window + 3);
        assertTrue(underWay() < PeerLink.WINDOW + 5L * Packet.weight(40_500), "under way: " + underWay());
        acknowledge(sent.size());
        awaitSent(2 * window);
    }

    @Test
    void manySmallPacketsAreFewerThanJGroupsHasRoomFor() {
        link.up();
        for (int packets = 1; underWay() < PeerLink.WINDOW; packets++) {
            awaitSent(packets);
            assertTrue(packets < Stack.CAPACITY / 2, "packets: " + packets);
            link.send(Recorder.message(packets, 20));
        }
    }

    @Test
    void aPeerThatTakesNothingHasMessagesRefusedAndThenTakenAgain() {
        link.up();
        ClusterMessage big = Recorder.message(0, 50_000);
        int taken = 0;
        while (link.send(big)) {
            taken++;
        }
        assertTrue(taken * 50_000L <= PeerLink.OUTBOX_BYTES + PeerLink.WINDOW, "taken: " + taken);
        assertEquals(0, events.writables.get());
        acknowledgeAll(1L << 40);
        await().until(() -> events.writables.get() == 1);
        assertTrue(link.send(big));
    }

    @Test
    void aBigMessageGoesInPiecesAndArrivesWhole() {
        Recorder others = new Recorder();
        PeerLink other =
                new PeerLink(UUID.randomUUID(), 7, (peer, packet) -> acknowledgeBy(packet), others, failed::add, "a");
        other.up();
        link.up();
        link.send(Recorder.message(0, 300_000));
        link.send(Recorder.message(1, 10));
        awaitSent(8);
        sent.forEach(packet -> assertTrue(packet.length <= Packet.MAX_BYTES, "packet of " + packet.length));
        sent.forEach(packet -> other.received(packet, 0, packet.length));
        assertEquals(2, others.total());
        assertEquals(List.of(), others.faults);
        other.down();
    }

    private void acknowledgeBy(byte[] packet) {
        if (Packet.isAck(packet, 0)) {
            link.received(packet, 0, packet.length);
        }
    }

    @Test
    void whatComesIsAcknowledged() {
        link.up();
        byte[] packet = Packet.greeting(7);
        long weight = 0;
        while (weight < PeerLink.WINDOW / 4) {
            link.received(packet, 0, packet.length);
            weight += Packet.weight(packet.length);
        }
        awaitSent(2);
        byte[] ack = Packet.ack(7, weight);
        assertTrue(sent.stream().anyMatch(sentPacket -> Arrays.equals(sentPacket, ack)));
    }

    @Test
    void aMessageBiggerThanAnyIsPassedOverAndTheNextArrives() {
        link.up();
        byte[] huge = new byte[Outbox.MAX_MESSAGE_BYTES + 2 * Packet.MAX_BYTES];
        receiveInPieces(huge);
        receiveInPieces(Recorder.message(0, 100_000).bytes());
        assertEquals(1, events.total());
        assertEquals(List.of(), events.faults);
    }

    private void receiveInPieces(byte[] message) {
        for (int offset = 0; offset < message.length; ) {
            byte[] piece = Packet.piece(7, message, offset);
            offset += piece.length - Packet.HEADER;
            link.received(piece, 0, piece.length);
        }
    }

    @Test
    void afterTheEndNothingIsSentOrTold() {
        link.up();
        awaitSent(1);
        link.down();
        link.down();
        byte[] packet = Packet.greeting(7);
        link.received(packet, 0, packet.length);
        link.send(Recorder.message(0, 100));
        assertEquals(1, events.downs.get());
        assertEquals(List.of(), events.faults);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("simurgh-cluster-link-b")));
        assertFalse(sent.size() > 1);
    }
}
