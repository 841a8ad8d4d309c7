package dev.simurgh.protocol;

import java.util.Optional;

/**
 * Where in a distributed trace something comes from: a text such as {@code 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01}.
 * It comes from strangers, so it is taken if it is well-formed, and else as if it were not there.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context, section 3.2</a>
 */
public final class Traceparent {
    /** How far into a payload it is looked for, in bytes. */
    public static final int WITHIN_BYTES = 4096;

    private static final int LENGTH = 55;
    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;

    private Traceparent() {}

    /**
     * A text as version 00 has it, of 55 characters; empty if it is none. Of a later version that is what version 00 knows of it.
     *
     * @param text of any length
     */
    public static Optional<String> of(String text) {
        if (text.length() < LENGTH || !isHex(text, 0, 2) || text.startsWith("ff")) {
            return Optional.empty();
        }
        boolean known = text.startsWith("00");
        boolean ends = text.length() == LENGTH || (!known && text.charAt(LENGTH) == '-');
        if (!ends || !isId(text, TRACE_ID, PARENT_ID - 1) || !isId(text, PARENT_ID, FLAGS - 1)) {
            return Optional.empty();
        }
        if (text.charAt(2) != '-' || !isHex(text, FLAGS, LENGTH)) {
            return Optional.empty();
        }
        return Optional.of(known ? text : "00" + text.substring(2, LENGTH));
    }

    /**
     * The one that a client has put into a message: the member {@value Protocol#TRACEPARENT} of a JSON object, the first if there are several. It is
     * found if it ends within the first {@value #WITHIN_BYTES} bytes; what is behind is not looked at, however long it is.
     */
    public static Optional<String> of(Payload payload) {
        return payload instanceof Payload.Json json && json.isObject()
                ? JsonMembers.first(json, Protocol.TRACEPARENT, WITHIN_BYTES)
                        .flatMap(Payload.Json::string)
                        .flatMap(Traceparent::of)
                : Optional.empty();
    }

    /** Behind it stands a dash. Nothing but zeros is none. */
    private static boolean isId(String text, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            zero &= text.charAt(i) == '0';
        }
        return !zero && isHex(text, from, to) && text.charAt(to) == '-';
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
