package dev.simurgh.channel;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds how much is read from histories at once, for all connections of an event loop together: who wants to read waits for its turn, and
 * a turn is over when what was read has been handed on. On the event loop.
 */
final class ReplayTurns {
    /** Each may hold up to {@link Replay#SLICE_BYTES}. */
    static final int MOST = 64;

    /** So many may begin in a row; then it is others' turn on the loop. */
    private static final int BATCH = 16;

    private final EventLoop loop;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;
    private boolean goesOn;

    ReplayTurns(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs what takes a turn: now or later, from a task of the loop. It says {@link #done} once. */
    void take(Runnable turn) {
        waiting.add(turn);
        goOnSoon();
    }

    void done() {
        running--;
        goOnSoon();
    }

    private void goOnSoon() {
        if (!goesOn && running < MOST && !waiting.isEmpty()) {
            goesOn = loop.tryExecute(this::goOn);
        }
    }

    private void goOn() {
        goesOn = false;
        for (int n = 0; n < BATCH && running < MOST && !waiting.isEmpty(); n++) {
            running++;
            waiting.remove().run();
        }
        goOnSoon();
    }

    /** How many have their turn, or wait for it. */
    int size() {
        return running + waiting.size();
    }
}
