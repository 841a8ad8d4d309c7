package dev.simurgh.transport.poll;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.transport.loop.TimedLoop;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The sessions of a server's long-polling clients, by their ids, and what they keep. For any thread. */
public final class LongPollSessions {
    private static final int ID_BYTES = 16;
    private static final int HOME_BYTES = 6;
    private static final int HOME_LENGTH = 8;

    private final Map<String, LongPollSession> byId = new ConcurrentHashMap<>();
    private final Map<TimedLoop, PollLoop> byLoop = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();
    private final SecureRandom random = new SecureRandom();
    private final ClientLog log;
    private final long loopBytes;
    private final String home = random(HOME_BYTES);

    /**
     * Makes none yet.
     *
     * @param log for lines that clients can set off
     * @param maxBytes how much all sessions may keep for their clients before some have to go
     * @param eventLoops how many share that
     */
    public LongPollSessions(ClientLog log, long maxBytes, int eventLoops) {
        this.log = log;
        this.loopBytes = Math.max(1, maxBytes / eventLoops);
    }

    /** How many there are. */
    public int count() {
        return byId.size();
    }

    /** What they keep for their clients. */
    public long bytes() {
        return bytes.sum();
    }

    ClientLog log() {
        return log;
    }

    /** On the event loop. */
    PollLoop of(TimedLoop loop) {
        return byLoop.computeIfAbsent(loop, made -> new PollLoop(made, this, loopBytes));
    }

    /** A name that nobody guesses. */
    String newId() {
        return home + random(ID_BYTES);
    }

    /** The name of this server, with which the names of its sessions begin: several servers may share a node. */
    String home() {
        return home;
    }

    /** The server of the session of that name. */
    static String home(String id) {
        return id.substring(0, Math.min(HOME_LENGTH, id.length()));
    }

    private String random(int bytes) {
        byte[] name = new byte[bytes];
        random.nextBytes(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }

    Optional<LongPollSession> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    void add(LongPollSession session) {
        byId.put(session.id(), session);
    }

    void remove(LongPollSession session) {
        byId.remove(session.id());
    }

    void kept(long more) {
        bytes.add(more);
    }
}
