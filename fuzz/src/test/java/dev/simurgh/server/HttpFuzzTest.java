package dev.simurgh.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.fuzz.Strangers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Any bytes as all that a client sends: requests, a handshake, frames. However the network cuts them, requests get the same answers, so
 * that no proxy can be led to see other requests than the server; and nothing is left of a client that has gone.
 */
class HttpFuzzTest {
    /** The time of day, and tokens of sessions. */
    private static final Pattern CHANGING =
            Pattern.compile("date: [^\\r]*|\"token\":\"[^\"]*\"", Pattern.CASE_INSENSITIVE);

    @FuzzTest
    void http(byte[] data) {
        String whole = answers(data, Math.max(1, data.length));
        String inPieces = answers(data, 1 + data.length % 7);
        if (!inPieces.equals(whole)) {
            throw new AssertionError("in pieces: " + inPieces + " (expected: " + whole + ")");
        }
        if (!whole.isEmpty() && !whole.startsWith("HTTP/1.")) {
            throw new AssertionError(whole);
        }
    }

    private static String answers(byte[] data, int piece) {
        WholeConnection connection = new WholeConnection();
        String answers = new String(connection.converse(data, piece), StandardCharsets.ISO_8859_1);
        connection.leave();
        Strangers.assertNoErrorLogged();
        return CHANGING.matcher(untilUpgrade(answers)).replaceAll("");
    }

    /** Frames are answered in the order in which channels get to them. */
    private static String untilUpgrade(String answers) {
        int upgrade = answers.indexOf("HTTP/1.1 101 ");
        return upgrade < 0 ? answers : answers.substring(0, answers.indexOf("\r\n\r\n", upgrade) + 4);
    }
}
