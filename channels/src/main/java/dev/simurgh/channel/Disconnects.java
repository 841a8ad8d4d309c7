package dev.simurgh.channel;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which names were disconnected of late, on whatever node: for connections that are only being opened and hear no broadcast yet. Who connects remembers how many
 * disconnects there had been when its {@code connect} was asked; if there are no more when it opens, as is usual, nobody looks any further. For any thread.
 *
 * <p>It remembers the last {@value #MOST} names, and no more than {@value #MOST_CHARS} characters of them. Who has been opening for longer than that is taken for one of those who were
 * forgotten: that client comes back, and a user who was sent away does not stay. Names are kept whole: whoever may choose a name could choose one with the hash code of another's.
 *
 * <p>A {@code connect} may disconnect its own name, to end the user's other connections. That is not meant for the one that it lets in; what somebody else has said before, while that looked, is.
 */
final class Disconnects {
    static final int MOST = 4096;
    static final int MOST_CHARS = 1 << 18;
    private static final String KIND = "simurgh-disconnects";

    /**
     * The last one of a name.
     *
     * @param thread who said so; none of another node
     * @param byOthers the number of the last before it that anybody else has said; if there is none that is remembered, of the last that is not
     */
    private record Noted(long number, long thread, long byOthers) {
        /** The number of the last one that a thread has not said. */
        long butBy(long sayer) {
            return thread == sayer ? byOthers : number;
        }
    }

    private static final long NO_THREAD = -1;

    private final Map<String, Noted> latest = new LinkedHashMap<>(); // with the next two, guarded by this
    private int chars;
    private long forgotten;
    private volatile long count; // written in the lock
    private volatile @Nullable Node node;

    /** Hears of those of other nodes from now on. */
    void hear(Node started) {
        started.addHandler(KIND, this::received);
        node = started;
    }

    /** How many there have been. */
    long count() {
        return count;
    }

    /** Notes one, here and on the other nodes, before it is told to those who are open. */
    void add(String id) {
        note(id, Thread.currentThread().getId());
        Node others = node;
        if (others != null && others.otherCount() > 0) {
            others.sendToAll(KIND, id.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void received(NodeId from, byte[] id) {
        note(new String(id, StandardCharsets.UTF_8), NO_THREAD);
    }

    private synchronized void note(String id, long thread) {
        long number = count + 1;
        Noted before = latest.remove(id); // to be the last
        chars += before == null ? id.length() : 0;
        latest.put(id, new Noted(number, thread, before == null ? forgotten : before.butBy(thread)));
        while (latest.size() > MOST || (chars > MOST_CHARS && latest.size() > 1)) {
            var eldest = latest.entrySet().iterator();
            Map.Entry<String, Noted> gone = eldest.next();
            forgotten = gone.getValue().number;
            chars -= gone.getKey().length();
            eldest.remove();
        }
        count = number;
    }

    /** What to remember of a name that is to be let in: how many there had been, or those up to the one that its {@code connect} has made itself, if nobody else has. On the thread of that. */
    long butItsOwn(long before, String id) {
        if (count == before) {
            return before;
        }
        synchronized (this) {
            Noted noted = latest.get(id);
            return noted != null
                            && noted.number > before
                            && noted.butBy(Thread.currentThread().getId()) <= before
                    ? noted.number
                    : before;
        }
    }

    /** Whether a name was disconnected, as far as can be told, since there had been so many. */
    boolean isAmongThoseSince(long before, String id) {
        if (count == before) {
            return false;
        }
        synchronized (this) {
            Noted noted = latest.get(id);
            return forgotten > before || (noted != null && noted.number > before);
        }
    }
}
