package dev.simurgh.transport.poll;

import java.nio.charset.StandardCharsets;

/**
 * What a session has to say to a poll.
 *
 * @param status of the body's own
 * @param messages a JSON array of texts
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record PollAnswer(int status, byte[] messages) {
    static final int OK = 200;
    static final int NOTHING = 204;
    static final int GONE = 410;

    private static final byte[] NONE = "[]".getBytes(StandardCharsets.US_ASCII);

    /** Messages, which the session keeps until it hears that they have gone out. */
    static PollAnswer messages(byte[] array) {
        return new PollAnswer(OK, array);
    }

    /** There was nothing to tell within the window. */
    static PollAnswer nothing() {
        return new PollAnswer(NOTHING, NONE);
    }

    /** There is no such session. */
    static PollAnswer gone() {
        return new PollAnswer(GONE, NONE);
    }
}
