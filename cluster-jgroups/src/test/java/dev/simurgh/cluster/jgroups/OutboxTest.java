package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.TestMessages;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int MAX_AGE = 10_000;
    private static final ClusterMessage MESSAGE = Recorder.message(1, 1_000);
    private static final int SIZE = MESSAGE.bytes().length;

    private static int fill(Outbox outbox) {
        int taken = 0;
        while (outbox.offer(MESSAGE)) {
            taken++;
        }
        return taken;
    }

    @Test
    void nothingWaitsAtFirst() {
        Outbox outbox = new Outbox(1_000, MAX_AGE);
        assertTrue(outbox.isEmpty());
        assertNull(outbox.poll(5, 10_000));
    }

    @Test
    void messagesAreJoinedInOrderBehindTheHeader() {
        Outbox outbox = new Outbox(1 << 20, MAX_AGE);
        ClusterMessage first = Recorder.message(1, 20);
        ClusterMessage second = Recorder.message(2, 30);
        outbox.offer(first);
        outbox.offer(second);
        byte[] expected = ByteBuffer.allocate(5 + first.bytes().length + second.bytes().length)
                .position(5)
                .put(first.bytes())
                .put(second.bytes())
                .array();
        assertArrayEquals(expected, outbox.poll(5, 10_000));
        assertNull(outbox.poll(5, 10_000));
    }

    @Test
    void aPacketIsNotBiggerThanAllowed() {
        Outbox outbox = new Outbox(1 << 20, MAX_AGE);
        for (int i = 0; i < 3; i++) {
            outbox.offer(MESSAGE);
        }
        assertEquals(5 + 2 * SIZE, bytes(outbox.poll(5, 5 + 3 * SIZE - 1)).length);
        assertEquals(5 + SIZE, bytes(outbox.poll(5, 5 + 3 * SIZE - 1)).length);
    }

    @Test
    void aMessageBiggerThanAPacketGoesAlone() {
        Outbox outbox = new Outbox(1 << 20, MAX_AGE);
        outbox.offer(MESSAGE);
        outbox.offer(MESSAGE);
        assertEquals(5 + SIZE, bytes(outbox.poll(5, 10)).length);
    }

    @Test
    void whatWaitsIsBounded() {
        Outbox outbox = new Outbox(100_000, MAX_AGE);
        int taken = fill(outbox);
        assertTrue(taken > 90 && taken * SIZE <= 100_000, "taken: " + taken);
        assertFalse(outbox.offer(MESSAGE));
    }

    @Test
    void smallMessagesCountMoreThanTheirBytes() {
        Outbox outbox = new Outbox(100_000, MAX_AGE);
        ClusterMessage small = Recorder.message(1, 8);
        int taken = 0;
        while (outbox.offer(small)) {
            taken++;
        }
        assertTrue(taken < 100_000 / 32, "taken: " + taken);
    }

    @Test
    void aMessageBiggerThanTheBoundIsTakenWhenNothingElseWaits() {
        Outbox outbox = new Outbox(100, MAX_AGE);
        assertTrue(outbox.offer(MESSAGE));
        assertFalse(outbox.offer(MESSAGE));
    }

    @Test
    void aMessageBiggerThanAnyIsRefusedAndMakesNothingWait() {
        Outbox outbox = new Outbox(100, MAX_AGE);
        assertFalse(outbox.offer(Recorder.message(1, Outbox.MAX_MESSAGE_BYTES)));
        assertTrue(outbox.isEmpty());
        assertTrue(outbox.becameWritable());
    }

    @Test
    void afterARefusalItTellsOnceThatHalfOfTheRoomIsFree() {
        Outbox outbox = new Outbox(100_000, MAX_AGE);
        int taken = fill(outbox);
        int polled = 0;
        while (!outbox.becameWritable()) {
            assertNotNull(outbox.poll(5, 2_000));
            polled++;
        }
        assertTrue(Math.abs(polled - taken / 2) <= 2, "told after " + polled + " of " + taken);
        assertFalse(outbox.becameWritable());
    }

    @Test
    void atMostOneTableWaits() {
        Outbox outbox = new Outbox(100_000, MAX_AGE);
        ClusterMessage begin = TestMessages.topics(true);
        ClusterMessage part = TestMessages.topics(false);
        assertTrue(outbox.offer(begin));
        assertTrue(outbox.offer(part));
        assertFalse(outbox.offer(begin));
        bytes(outbox.poll(0, 1));
        assertFalse(outbox.becameWritable(), "a part waits");
        bytes(outbox.poll(0, 1));
        assertTrue(outbox.becameWritable());
        assertTrue(outbox.offer(begin));
    }

    @Test
    void withoutARefusalItTellsNothing() {
        Outbox outbox = new Outbox(100_000, MAX_AGE);
        outbox.offer(MESSAGE);
        bytes(outbox.poll(5, 10_000));
        assertFalse(outbox.becameWritable());
    }

    private static byte[] bytes(byte @Nullable [] packet) {
        assertNotNull(packet);
        return packet;
    }

    @Test
    void broadcastsThatHaveWaitedTooLongAreDropped() {
        Outbox outbox = new Outbox(1 << 20, MAX_AGE);
        int begin = Math.subtractExact(Integer.MAX_VALUE, 3_000); // overflows meanwhile
        for (int second = 0; second < 15; second++) {
            outbox.offer(Recorder.message(second, 20));
            outbox.mark(begin + second * 1_000);
        }
        byte[] packet = bytes(outbox.poll(0, 10_000));
        assertEquals(5, outbox.takeDropped(), "those of the seconds 0 to 4, at second 14");
        assertEquals(10 * Recorder.message(0, 20).bytes().length, packet.length);
        assertEquals(5, ByteBuffer.wrap(packet).getLong(Recorder.message(0, 20).bytes().length - Long.BYTES));
        assertEquals(0, outbox.takeDropped());
        assertNull(outbox.poll(0, 10_000));
    }

    @Test
    void whatIsDroppedMakesRoom() {
        Outbox outbox = new Outbox(SIZE * 10L, MAX_AGE);
        int before = fill(outbox);
        outbox.mark(0);
        outbox.mark(MAX_AGE);
        assertNull(outbox.poll(5, 10_000));
        assertEquals(before, outbox.takeDropped());
        assertTrue(outbox.becameWritable());
        assertEquals(before, fill(outbox));
    }

    @Test
    void whatHasNotWaitedIsNotDroppedHoweverLongNothingWas() {
        Outbox outbox = new Outbox(1 << 20, MAX_AGE);
        outbox.mark(0);
        outbox.mark(5 * MAX_AGE);
        outbox.offer(MESSAGE);
        outbox.mark(5 * MAX_AGE);
        assertNotNull(outbox.poll(5, 10_000));
        assertEquals(0, outbox.takeDropped());
    }
}
