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
 * <p>It remembers the last {@value #MOST} names. Who has been opening for longer than that is taken for one of those who were forgotten: that client comes back, and a
 * user who was sent away does not stay. Names are known by their hash codes, which have a bound: if two have the same, the same happens.
 *
 * <p>A {@code connect} may disconnect its own name, to end the user's other connections. That is not meant for the one that it lets in.
 */
final class Disconnects {
    static final int MOST = 4096;
    private static final String KIND = "simurgh-disconnects";

    /** @param thread who said so; none of another node */
    private record Noted(long number, long thread) {}

    private static final long NO_THREAD = -1;

    private final Map<Integer, Noted> latest = new LinkedHashMap<>(); // with the next, guarded by this
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
        Integer key = id.hashCode();
        latest.remove(key); // to be the last
        latest.put(key, new Noted(number, thread));
        if (latest.size() > MOST) {
            var eldest = latest.entrySet().iterator();
            forgotten = eldest.next().getValue().number;
            eldest.remove();
        }
        count = number;
    }

    /** What to remember of a name that is to be let in: how many there had been, or those up to the one that its {@code connect} has made itself. On the thread of that. */
    long butItsOwn(long before, String id) {
        if (count == before) {
            return before;
        }
        synchronized (this) {
            Noted noted = latest.get(id.hashCode());
            return noted != null
                            && noted.number > before
                            && noted.thread == Thread.currentThread().getId()
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
            Noted noted = latest.get(id.hashCode());
            return forgotten > before || (noted != null && noted.number > before);
        }
    }
}
