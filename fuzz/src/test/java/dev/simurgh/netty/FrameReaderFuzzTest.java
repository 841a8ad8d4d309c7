package dev.simurgh.netty;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.channel.Limits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.CloseFrames;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes as WebSocket frames: they mean the same however the network cuts them, and no message is longer than it may be. */
class FrameReaderFuzzTest {
    private static final int MAX_BYTES = 1 << 16;

    @FuzzTest
    void frames(byte[] data) {
        List<String> whole = heard(data, data.length);
        for (int piece : new int[] {1, 7, 1 + data.length / 2}) {
            List<String> inPieces = heard(data, piece);
            if (!inPieces.equals(whole)) {
                throw new AssertionError("in pieces of " + piece + ": " + inPieces + " (expected: " + whole + ")");
            }
        }
    }

    private static List<String> heard(byte[] data, int piece) {
        Recorder reader = new Recorder();
        EmbeddedChannel channel = new EmbeddedChannel(reader);
        for (int at = 0; at < data.length; at += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(data, at, Math.min(piece, data.length - at)));
        }
        channel.finishAndReleaseAll();
        return reader.heard;
    }

    private static final class Recorder extends FrameReader {
        final List<String> heard = new ArrayList<>();
        private boolean over;

        Recorder() {
            super(WebSocketTerms.of(
                    WebSocketOptions.builder().maxFragments(20).build(),
                    Limits.builder().maxMessageBytes(MAX_BYTES).build(),
                    reached -> {}));
        }

        private void hear(String what, byte[] content, int length, int most) {
            if (over || length > most) {
                throw new AssertionError(what + " of " + length + " bytes behind " + heard);
            }
            heard.add(what + " " + length + " " + Arrays.hashCode(Arrays.copyOf(content, length)));
        }

        @Override
        void messageReceived(boolean binary, byte[] bytes, int length) {
            hear(binary ? "binary" : "text", bytes, length, MAX_BYTES);
        }

        @Override
        void pingReceived(byte[] content) {
            hear("ping", content, content.length, FrameWriter.MAX_CONTROL_BYTES);
        }

        @Override
        void closeReceived(byte[] content) {
            hear("close " + CloseFrames.answerTo(content), content, content.length, FrameWriter.MAX_CONTROL_BYTES);
            over = true;
        }

        @Override
        void violated(int code, String reason) {
            hear("violated " + code + reason, new byte[0], 0, 0);
            over = true;
        }

        @Override
        void overflowed() {
            throw new AssertionError("nothing is held");
        }

        @Override
        public int due(int now) {
            return 0;
        }
    }
}
