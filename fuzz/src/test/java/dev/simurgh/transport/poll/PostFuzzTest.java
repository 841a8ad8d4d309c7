package dev.simurgh.transport.poll;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.channel.spi.Connection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes as the body of a post: its messages are its lines, or it has none that can be handed on. */
class PostFuzzTest {
    @FuzzTest
    void post(byte[] data) {
        whole(data);
        lines(data);
    }

    private static void whole(byte[] data) {
        Batch batch = new Batch(data.clone(), false);
        if (batch.isWellFormed()) {
            Heard heard = new Heard();
            batch.handOn(heard);
            if (batch.hasNext() || heard.texts.size() != 1 || !Arrays.equals(heard.texts.get(0), data)) {
                throw new AssertionError(heard.texts.size() + " messages of one");
            }
        }
    }

    private static void lines(byte[] data) {
        Batch batch = new Batch(data.clone(), true);
        long expected = Arrays.stream(new String(data, StandardCharsets.ISO_8859_1).split("\n", -1))
                .filter(line -> !line.chars().allMatch(c -> c <= ' '))
                .count();
        if (!batch.isWellFormed()) {
            return;
        }
        Heard heard = new Heard();
        int messages = 0;
        while (batch.hasNext()) {
            batch.handOn(heard);
            messages++;
        }
        if (messages != expected
                || messages > Batch.MAX_MESSAGES
                || heard.texts.size() + heard.binaries.size() > messages) {
            throw new AssertionError(heard.texts.size() + " and " + heard.binaries.size() + " of " + messages
                    + " messages (expected: " + expected + ")");
        }
        for (byte[] text : heard.texts) {
            String line = new String(text, StandardCharsets.ISO_8859_1);
            if (line.indexOf('\n') >= 0 || (line.isBlank() && !line.isEmpty())) {
                throw new AssertionError("no line: " + line);
            }
        }
    }

    /** Keeps what it hears. */
    private static final class Heard implements Connection {
        final List<byte[]> texts = new ArrayList<>();
        final List<byte[]> binaries = new ArrayList<>();

        @Override
        public boolean textReceived(byte[] bytes, int offset, int length) {
            return texts.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public boolean binaryReceived(byte[] bytes, int offset, int length) {
            return binaries.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void clientBehind() {}

        @Override
        public void clientCaughtUp() {}

        @Override
        public void transportClosed(int code, String reason) {}
    }
}
