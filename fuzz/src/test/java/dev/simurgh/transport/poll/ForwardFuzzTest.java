package dev.simurgh.transport.poll;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.pubsub.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Any bytes from another node about somebody's request: a message or none, and no other node's messages suffer. */
class ForwardFuzzTest {
    private static final NodeId GOOD = new NodeId("good@h", 1);
    private static final NodeId HOSTILE = new NodeId("hostile@h", 1);
    private static final int MOST = 100;
    private static final byte[] MESSAGE = "a message in two pieces".repeat(6).getBytes(StandardCharsets.US_ASCII);

    @FuzzTest
    void message(byte[] data) {
        ForwardMessage.decode(data.clone()).ifPresent(message -> {
            byte[] bytes = message.encode();
            byte[] again = ForwardMessage.decode(bytes).orElseThrow().encode();
            if (bytes.length > data.length || !Arrays.equals(bytes, again)) {
                throw new AssertionError(message + " of " + bytes.length + " bytes, again as " + again.length);
            }
        });
    }

    /** The data are pieces, each behind its length in two bytes. */
    @FuzzTest
    void pieces(byte[] data) {
        List<byte[]> good = new ArrayList<>();
        new Fragments(MOST).send(MESSAGE, good::add);
        Fragments fragments = new Fragments(MOST);
        fragments.received(GOOD, good.get(0));
        long come = 0;
        for (ByteBuffer in = ByteBuffer.wrap(data); in.remaining() >= 2; ) {
            byte[] piece = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining())];
            in.get(piece);
            come += piece.length;
            Optional<byte[]> whole = fragments.received(HOSTILE, piece);
            if (whole.isPresent() && whole.get().length > come) {
                throw new AssertionError(whole.get().length + " bytes of " + come);
            }
        }
        fragments.forget(HOSTILE);
        if (!fragments
                .received(GOOD, good.get(1))
                .filter(whole -> Arrays.equals(whole, MESSAGE))
                .isPresent()) {
            throw new AssertionError("a good node's message did not come");
        }
    }
}
