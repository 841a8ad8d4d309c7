package dev.simurgh.transport.poll;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers of sessions on other nodes that are on their way to clients of this one, oldest first, and how much they are together: their
 * own nodes count what they keep, not what is held of it here. If it is too much, the oldest are cut off; their sessions keep the
 * messages. For any thread.
 */
final class Transit {
    private final long maxBytes;
    private final Map<RemoteDesk, Integer> answers = new LinkedHashMap<>();
    private long bytes;

    Transit(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** An answer begins its way. Returns those that have to go for it, which are not counted any more. */
    synchronized List<RemoteDesk> begin(RemoteDesk desk, int length) {
        List<RemoteDesk> tooMany = new ArrayList<>();
        Iterator<Map.Entry<RemoteDesk, Integer>> oldest = answers.entrySet().iterator();
        while (bytes + length > maxBytes && oldest.hasNext()) {
            Map.Entry<RemoteDesk, Integer> cut = oldest.next();
            oldest.remove();
            bytes -= cut.getValue();
            tooMany.add(cut.getKey());
        }
        answers.put(desk, length);
        bytes += length;
        return tooMany;
    }

    /** It is known what has become of an answer. Harmless when repeated. */
    synchronized void end(RemoteDesk desk) {
        Integer length = answers.remove(desk);
        if (length != null) {
            bytes -= length;
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
