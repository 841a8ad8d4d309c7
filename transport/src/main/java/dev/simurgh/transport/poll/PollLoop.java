package dev.simurgh.transport.poll;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.transport.loop.TimedLoop;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the sessions of one event loop share: how much they may keep for their clients, all together. If it is too much, those
 * have to go whose clients have fetched nothing for longest. For one thread, as the loop's.
 */
final class PollLoop {
    private final TimedLoop loop;
    private final LongPollSessions sessions;
    private final long maxBytes;
    /** For whose clients something waits, by when they last fetched something of it. */
    private final Set<LongPollSession> behind = new LinkedHashSet<>();

    private long bytes;

    PollLoop(TimedLoop loop, LongPollSessions sessions, long maxBytes) {
        this.loop = loop;
        this.sessions = sessions;
        this.maxBytes = maxBytes;
    }

    TimedLoop events() {
        return loop;
    }

    LongPollSessions sessions() {
        return sessions;
    }

    ClientLog log() {
        return sessions.log();
    }

    /** A session keeps more than before, and perhaps the first of it. */
    void keeps(LongPollSession session, long more) {
        behind.add(session);
        count(more);
        while (bytes > maxBytes && !behind.isEmpty()) {
            behind.iterator().next().roomNeeded();
        }
    }

    /** A client has fetched something; {@code more} waits for it behind that, or not. */
    void fetched(LongPollSession session, long less, boolean more) {
        behind.remove(session);
        if (more) {
            behind.add(session); // behind all others
        }
        count(-less);
    }

    private void count(long more) {
        bytes += more;
        sessions.kept(more);
    }
}
