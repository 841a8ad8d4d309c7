package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages between nodes in pieces, and what stands in them. */
class FragmentsTest {
    private static final NodeId A = new NodeId("a", 1);

    private final Fragments sender = new Fragments();
    private final Fragments receiver = new Fragments();

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        new Random(length).nextBytes(message);
        message[0] = 1;
        return message;
    }

    private List<byte[]> pieces(byte[] message) {
        List<byte[]> pieces = new ArrayList<>();
        assertThat(sender.send(message, pieces::add)).isTrue();
        assertThat(pieces).allMatch(piece -> piece.length <= Node.MAX_MESSAGE_BYTES);
        return pieces;
    }

    @Test
    void whatFitsGoesAsItIs() {
        byte[] message = message(Node.MAX_MESSAGE_BYTES);

        assertThat(pieces(message)).containsExactly(message);
        assertThat(receiver.received(A, message)).contains(message);
    }

    @Test
    void whatDoesNotFitGoesInPieces() {
        byte[] message = message(2 * Node.MAX_MESSAGE_BYTES + 1);
        List<byte[]> pieces = pieces(message);

        assertThat(pieces).hasSize(3);
        assertThat(receiver.received(A, pieces.get(0))).isEmpty();
        assertThat(receiver.received(A, pieces.get(1))).isEmpty();
        assertThat(receiver.received(A, pieces.get(2))).contains(message);
    }

    @Test
    void whatIsAnnouncedTakesNoRoom() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] first = ByteBuffer.allocate(20).putInt(13, 64).array();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int number = 0; number < 4; number++) {
            assertThat(receiver.received(
                            A, ByteBuffer.wrap(first).putLong(1, number).array()))
                    .isEmpty();
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }

    @Test
    void aMessageThatLacksAPieceDoesNotCome() {
        List<byte[]> pieces = pieces(message(2 * Node.MAX_MESSAGE_BYTES + 1));

        assertThat(receiver.received(A, pieces.get(0))).isEmpty();
        assertThat(receiver.received(A, pieces.get(2))).isEmpty();
        assertThat(receiver.received(A, pieces.get(1))).isEmpty();
    }

    @Test
    void ofTooManyThatAreUnfinishedTheOldestGoes() {
        byte[] message = message(Node.MAX_MESSAGE_BYTES + 1);
        List<List<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            all.add(pieces(message));
            assertThat(receiver.received(A, all.get(i).get(0))).isEmpty();
        }

        assertThat(receiver.received(A, all.get(0).get(1))).isEmpty();
        assertThat(receiver.received(A, all.get(8).get(1))).contains(message);
    }

    @Test
    void whatIsUnfinishedIsBoundedInBytes() {
        byte[] message = message(3 * Node.MAX_MESSAGE_BYTES + 1);
        List<byte[]> pieces = List.of();
        for (int i = 0; i < 3; i++) {
            pieces = pieces(message);
            for (byte[] piece : pieces.subList(0, 3)) {
                assertThat(receiver.received(A, piece)).isEmpty();
            }
        }

        assertThat(receiver.bytes()).isBetween(20L << 20, 32L << 20);
        assertThat(receiver.received(A, pieces.get(3))).contains(message);
    }

    @Test
    void whatANodeBeganThatHasGoneIsForgotten() {
        List<byte[]> pieces = pieces(message(Node.MAX_MESSAGE_BYTES + 1));
        assertThat(receiver.received(A, pieces.get(0))).isEmpty();

        receiver.forget(A);

        assertThat(receiver.received(A, pieces.get(1))).isEmpty();
    }

    @Test
    void aSenderThatIsRefusedStops() {
        List<byte[]> tried = new ArrayList<>();

        assertThat(sender.send(message(3 * Node.MAX_MESSAGE_BYTES), piece -> !tried.add(piece)))
                .isFalse();
        assertThat(tried).hasSize(1);
    }

    @Test
    void aMessageIsReadAsItWasWritten() {
        List<ForwardMessage> all = List.of(
                new ForwardMessage.Poll(1, "home", "session"),
                new ForwardMessage.Messages(2, "home", "session", true, new byte[] {1, 2}),
                new ForwardMessage.Cancel(3),
                new ForwardMessage.Settled(4, true),
                new ForwardMessage.Found(5),
                new ForwardMessage.Answer(Long.MAX_VALUE, 410, new byte[] {3}),
                new ForwardMessage.Settle(-1));
        for (ForwardMessage message : all) {
            Optional<ForwardMessage> read = ForwardMessage.decode(message.encode());
            assertThat(read).get().hasSameClassAs(message);
            assertThat(read.map(ForwardMessage::encode)).contains(message.encode());
        }
    }

    @Test
    void whatIsNoMessageIsPassedOver() {
        byte[] post = new ForwardMessage.Messages(2, "home", "session", true, new byte[0]).encode();
        for (int length = 0; length < post.length; length++) {
            assertThat(ForwardMessage.decode(Arrays.copyOf(post, length))).isEmpty();
        }
        post[0] = 99;
        assertThat(ForwardMessage.decode(post)).isEmpty();
    }
}
