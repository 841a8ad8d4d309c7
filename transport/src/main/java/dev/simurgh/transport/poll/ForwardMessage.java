package dev.simurgh.transport.poll;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What two servers say to each other about one request, which one of them has and the other has the session of. The first four go to the
 * session's server, the others come from it. A byte that says which, the number that the request has where it came in, eight bytes, and
 * what is named below: texts with their length in two bytes before them, what is last up to the end.
 */
sealed interface ForwardMessage {
    int KIND_AND_REQUEST = 9;
    int MAX_TEXT = 255;

    long request();

    /** What it is made of besides its kind and its request. */
    default byte[] content() {
        return new byte[0];
    }

    /**
     * A poll.
     *
     * @param home the server where it came in
     */
    record Poll(long request, String home, String session) implements ForwardMessage {
        @Override
        public byte[] content() {
            return texts(home, session, 0).array();
        }
    }

    /** A post, with its body. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Messages(long request, String home, String session, boolean inLines, byte[] body) implements ForwardMessage {
        @Override
        public byte[] content() {
            return texts(home, session, 1 + body.length)
                    .put((byte) (inLines ? 1 : 0))
                    .put(body)
                    .array();
        }
    }

    /** The client has gone. */
    record Cancel(long request) implements ForwardMessage {}

    /** What has become of an answer with messages. */
    record Settled(long request, boolean written) implements ForwardMessage {
        @Override
        public byte[] content() {
            return new byte[] {(byte) (written ? 1 : 0)};
        }
    }

    /** The session is there, and takes its time. */
    record Found(long request) implements ForwardMessage {}

    /** An answer: the status that a poll or a post gets, and the messages of a poll, as an array of JSON. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Answer(long request, int status, byte[] messages) implements ForwardMessage {
        @Override
        public byte[] content() {
            return ByteBuffer.allocate(2 + messages.length)
                    .putShort((short) status)
                    .put(messages)
                    .array();
        }
    }

    /** What has become of the answer? */
    record Settle(long request) implements ForwardMessage {}

    private static ByteBuffer texts(String home, String session, int more) {
        byte[] first = home.getBytes(StandardCharsets.US_ASCII);
        byte[] second = session.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + first.length + second.length + more)
                .putShort((short) first.length)
                .put(first)
                .putShort((short) second.length)
                .put(second);
    }

    /** The bytes of a message. */
    default byte[] encode() {
        byte[] content = content();
        return ByteBuffer.allocate(KIND_AND_REQUEST + content.length)
                .put(kind())
                .putLong(request())
                .put(content)
                .array();
    }

    private byte kind() {
        if (this instanceof Poll) {
            return 1;
        } else if (this instanceof Messages) {
            return 2;
        } else if (this instanceof Cancel) {
            return 3;
        } else if (this instanceof Settled) {
            return 4;
        } else if (this instanceof Found) {
            return 5;
        } else if (this instanceof Answer) {
            return 6;
        }
        return 7;
    }

    /** Reads a message; empty if it is none, such as one of a later version. */
    static Optional<ForwardMessage> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < KIND_AND_REQUEST) {
            return Optional.empty();
        }
        byte kind = in.get();
        long request = in.getLong();
        return switch (kind) {
            case 1 -> text(in).flatMap(home -> text(in).map(session -> new Poll(request, home, session)));
            case 2 ->
                text(in).flatMap(home -> text(in).filter(session -> in.hasRemaining())
                        .map(session -> new Messages(request, home, session, in.get() != 0, rest(in))));
            case 3 -> Optional.of(new Cancel(request));
            case 4 -> in.hasRemaining() ? Optional.of(new Settled(request, in.get() != 0)) : Optional.empty();
            case 5 -> Optional.of(new Found(request));
            case 6 -> in.remaining() < 2 ? Optional.empty() : Optional.of(new Answer(request, in.getShort(), rest(in)));
            case 7 -> Optional.of(new Settle(request));
            default -> Optional.empty();
        };
    }

    private static Optional<String> text(ByteBuffer in) {
        int length = in.remaining() < 2 ? MAX_TEXT + 1 : in.getShort();
        if (length < 0 || length > MAX_TEXT || length > in.remaining()) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        in.get(text);
        return Optional.of(new String(text, StandardCharsets.US_ASCII));
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }
}
