package dev.simurgh.transport.carry;

import java.util.concurrent.atomic.LongAdder;

/**
 * What is known of a client while something waits for it that the kernel did not take. Made when that begins and forgotten
 * when it is over, so that clients that keep up take no room for it.
 */
public final class Laggard {
    private final Outgoing queue;
    private final LongAdder counted;
    private int position;
    private int stillTicks;
    private long waiting;
    private long queued;
    private long owed;
    private boolean gone;

    /**
     * Makes one.
     *
     * @param counted counts what waits for all
     */
    Laggard(Outgoing queue, LongAdder counted) {
        this.queue = queue;
        this.counted = counted;
        this.position = queue.position();
        waits(queue.waitingBytes());
    }

    private void waits(long bytes) {
        counted.add(bytes - waiting);
        waiting = bytes;
    }

    Outgoing queue() {
        return queue;
    }

    // What it was asked for.

    /**
     * Counts bytes that the client has asked for or has to be told.
     *
     * @param waiting how much waits, with them
     */
    public void owes(int bytes, long waiting) {
        // what has gone went first from the rest: so this is the most that may be owed, and never grows beyond what
        // waits
        owed = Math.max(0, Math.min(owed, waiting - bytes)) + bytes;
    }

    /** Counts all that waits as owed. */
    public void owesAll(long waiting) {
        owed = waiting;
    }

    /** Of what waits, the part that nobody asked for. */
    public long unasked(long waiting) {
        owed = Math.min(owed, waiting);
        return waiting - owed;
    }

    // How it moves.

    /** Counts bytes that were queued; not too many, or a client that stands still would seem to move. */
    public void queued(int bytes) {
        queued += bytes;
    }

    /** Looks where the client is, once in each tick; returns how much waits. */
    long look() {
        long before = waiting + queued;
        int now = queue.position();
        waits(queue.waitingBytes());
        queued = 0;
        stillTicks = now == position && waiting >= before ? stillTicks + 1 : 0;
        position = now;
        if (waiting == 0) {
            gone = true;
            queue.moved(true);
        } else if (stillTicks == 0) {
            queue.moved(false);
        } else if (stillTicks >= queue.patienceTicks()) {
            queue.standsStill();
        }
        return waiting;
    }

    /** For how many ticks the client has taken nothing. */
    public int stillTicks() {
        return stillTicks;
    }

    /** How many bytes waited at the last look. */
    long waiting() {
        return waiting;
    }

    /** Nothing waits for it any more, or it has gone. */
    public void forget() {
        waits(0);
        gone = true;
    }

    boolean isGone() {
        return gone;
    }
}
