package dev.simurgh.dashboard;

import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What dashboards of two nodes say to each other: a byte for the version, one for the kind, eight for the number of the question, and a JSON object. What is of another
 * version is not understood, and so not answered.
 *
 * @param number the asker's, which the answer repeats
 */
record NodeMessage(Kind kind, long number, Map<String, Object> content) {
    /** How long one may be; what would be longer is answered with a failure. */
    static final int MAX_BYTES = 1 << 20;

    private static final byte VERSION = 1;
    private static final int HEADER = 2 + Long.BYTES;

    /** What it is. */
    enum Kind {
        QUESTION(1),
        ANSWER(2),
        /** There is no answer, for a reason. */
        FAILURE(3);

        private static final Kind[] ALL = values();

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        static Optional<Kind> of(byte code) {
            return Arrays.stream(ALL).filter(kind -> kind.code == code).findFirst();
        }
    }

    static NodeMessage failure(long number, String reason) {
        return new NodeMessage(Kind.FAILURE, number, Map.of("reason", reason));
    }

    byte[] encode(PayloadCodec codec) {
        byte[] json = codec.encode(content);
        return ByteBuffer.allocate(HEADER + json.length)
                .put(VERSION)
                .put(kind.code)
                .putLong(number)
                .put(json)
                .array();
    }

    /** What was said, if it can be understood. */
    @SuppressWarnings("unchecked") // keys of a JSON object are strings
    static Optional<NodeMessage> decode(byte[] bytes, PayloadCodec codec) {
        if (bytes.length < HEADER || bytes.length > MAX_BYTES || bytes[0] != VERSION) {
            return Optional.empty();
        }
        Optional<Kind> kind = Kind.of(bytes[1]);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        long number = ByteBuffer.wrap(bytes).getLong(2);
        try {
            Object content = codec.decode(bytes, HEADER, bytes.length - HEADER, Map.class);
            return Optional.of(new NodeMessage(kind.get(), number, (Map<String, Object>) content));
        } catch (PayloadException e) {
            return Optional.empty();
        }
    }
}
