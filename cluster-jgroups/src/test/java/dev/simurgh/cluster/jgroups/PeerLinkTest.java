package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.ClusterMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerLinkTest {
    /** By the clock of the other node: when it sends something. */
    private static final int SENT = 77;

    /** Overflows soon. */
    private static final int THERE = Math.subtractExact(Integer.MAX_VALUE, 100);

    private final List<byte[]> sent = new CopyOnWriteArrayList<>();
    private final List<PeerLink> failed = new CopyOnWriteArrayList<>();
    private final Recorder events = new Recorder();
    private final AtomicInteger clock = new AtomicInteger(1_000);
    private final PeerLink link = link((peer, packet) -> sent.add(packet), events, "b");

    private PeerLink link(PeerLink.PacketSender sender, Recorder recorder, String name) {
        return new PeerLink(UUID.randomUUID(), 7, sender, recorder, failed::add, name, clock::get);
    }

    /** Brings the link up, and the other node answers its greeting. */
    private void open() {
        link.up();
        awaitSent(1);
        acknowledgeAll(0);
    }

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
        for (byte[] packet : sent.subList(1, packets)) { // behind the greeting
            weight += Packet.weight(packet.length);
        }
        acknowledgeAll(weight);
    }

    private void acknowledgeAll(long weight) {
        acknowledgeAll(weight, clock.get());
    }

    private void acknowledgeAll(long weight, int echo) {
        byte[] ack = Packet.ack(7, THERE, weight, echo);
        link.received(ack, 0, ack.length);
    }

    private long underWay() {
        return sent.stream()
                .skip(1)
                .mapToLong(packet -> Packet.weight(packet.length))
                .sum();
    }

    @Test
    void theFirstPacketIsAGreetingAndHasTheGeneration() {
        link.up();
        awaitSent(1);
        assertArrayEquals(Packet.greeting(7, 1_000), sent.get(0));
        assertEquals(7, Packet.generation(sent.get(0), 0));
    }

    @Test
    void messagesThatWaitGoTogether() {
        assertTrue(link.send(Recorder.message(0, 100)));
        assertTrue(link.send(Recorder.message(1, 100)));
        open();
        awaitSent(2);
        assertEquals(Packet.HEADER + 2 * Recorder.message(0, 100).bytes().length, sent.get(1).length);
    }

    @Test
    void noMoreIsUnderWayThanTheOtherNodeTakes() {
        open();
        ClusterMessage big = Recorder.message(0, 40_000);
        for (int i = 0; i < 100; i++) {
            assertTrue(link.send(big));
        }
        await().until(() -> underWay() >= PeerLink.WINDOW);
        int window = sent.size();
        acknowledge(4); // three big ones, behind a greeting
        awaitSent(window + 3);
        assertTrue(underWay() < PeerLink.WINDOW + 5L * Packet.weight(40_500), "under way: " + underWay());
        acknowledge(sent.size());
        awaitSent(2 * window);
    }

    @Test
    void manySmallPacketsAreFewerThanJGroupsHasRoomFor() {
        open();
        for (int packets = 1; underWay() < PeerLink.WINDOW; packets++) {
            awaitSent(packets);
            assertTrue(packets < Stack.CAPACITY / 2, "packets: " + packets);
            link.send(Recorder.message(packets, 20));
        }
    }

    @Test
    void aPeerThatTakesNothingHasMessagesRefusedAndThenTakenAgain() {
        open();
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
        PeerLink other = link((peer, packet) -> answer(packet), others, "a");
        other.up();
        link.up();
        awaitSent(1);
        link.send(Recorder.message(0, 300_000));
        link.send(Recorder.message(1, 10));
        byte[] greeting = sent.get(0);
        other.received(greeting, 0, greeting.length);
        awaitSent(8);
        byte[] answer = Packet.ack(7, clock.get(), 0, clock.get());
        other.received(answer, 0, answer.length);
        sent.forEach(packet -> assertTrue(packet.length <= Packet.MAX_BYTES, "packet of " + packet.length));
        sent.forEach(packet -> other.received(packet, 0, packet.length));
        assertEquals(2, others.total());
        assertEquals(List.of(), others.faults);
        other.down();
    }

    private void answer(byte[] packet) {
        if (Packet.isAck(packet, 0)) {
            link.received(packet, 0, packet.length);
        }
    }

    @Test
    void whatComesIsAcknowledged() {
        link.up();
        byte[] packet = packet(clock.get() + 1);
        long weight = 0;
        while (weight < PeerLink.WINDOW / 4) {
            link.received(packet, 0, packet.length);
            weight += Packet.weight(packet.length);
        }
        awaitSent(2);
        assertArrayEquals(Packet.ack(7, 1_000, weight, SENT), sent.get(1));
    }

    @Test
    void aGreetingIsAnsweredAtOnce() {
        link.up();
        awaitSent(1);
        byte[] greeting = Packet.greeting(7, SENT);
        link.received(greeting, 0, greeting.length);
        awaitSent(2);
        assertArrayEquals(Packet.ack(7, 1_000, 0, SENT), sent.get(1));
    }

    @Test
    void nothingIsSentBeforeTheClockOfTheOtherNodeIsKnown() {
        link.send(Recorder.message(0, 100));
        link.up();
        byte[] greeting = Packet.greeting(7, SENT);
        link.received(greeting, 0, greeting.length);
        awaitSent(2);
        assertTrue(Packet.isAck(sent.get(1), 0), "the thread has been there, and has sent nothing else");
        acknowledgeAll(0);
        awaitSent(3);
        assertEquals(THERE + PeerLink.MAX_AGE_MILLIS, Packet.until(sent.get(2), 0));
    }

    @Test
    void whatComesTooLateIsNotToldAndTheLinkBeginsAnew() {
        link.up();
        byte[] inTime = packet(clock.get());
        link.received(inTime, 0, inTime.length);
        clock.addAndGet(1);
        byte[] late = packet(clock.get() - 1);
        link.received(late, 0, late.length);
        byte[] behind = packet(clock.get() + 1_000);
        link.received(behind, 0, behind.length);
        assertEquals(1, events.total());
        await().until(() -> failed.contains(link));
    }

    @Test
    void aGreetingThatIsAnsweredTooLateHasTheLinkBeginAnew() {
        link.send(Recorder.message(0, 100));
        link.up();
        awaitSent(1);
        int asked = clock.get();
        clock.addAndGet(PeerClock.MAX_ROUND_TRIP_MILLIS + 1);
        acknowledgeAll(0, asked);
        await().until(() -> failed.contains(link));
        assertEquals(1, sent.size());
    }

    @Test
    void onceItIsKnownALateAnswerIsPassedOver() {
        open();
        int asked = clock.get();
        clock.addAndGet(PeerClock.MAX_ROUND_TRIP_MILLIS + 1);
        acknowledgeAll(0, asked);
        link.send(Recorder.message(0, 100));
        awaitSent(2);
        int there = THERE + PeerClock.MAX_ROUND_TRIP_MILLIS + 1;
        assertEquals(there + PeerLink.MAX_AGE_MILLIS, Packet.until(sent.get(1), 0));
        assertEquals(List.of(), failed);
    }

    /** A message that is to be taken until then. */
    private static byte[] packet(int until) {
        byte[] message = Recorder.message(0, 10).bytes();
        byte[] packet = new byte[Packet.HEADER + message.length];
        System.arraycopy(message, 0, packet, Packet.HEADER, message.length);
        Packet.writeHeader(packet, 7);
        Packet.writeTimes(packet, SENT, until);
        return packet;
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
            Packet.writeTimes(piece, SENT, clock.get());
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
        byte[] packet = packet(clock.get());
        link.received(packet, 0, packet.length);
        link.send(Recorder.message(0, 100));
        assertEquals(1, events.downs.get());
        assertEquals(List.of(), events.faults);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("simurgh-cluster-link-b")));
        assertFalse(sent.size() > 1);
    }
}
