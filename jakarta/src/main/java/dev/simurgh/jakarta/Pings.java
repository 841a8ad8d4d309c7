package dev.simurgh.jakarta;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Sends pings, with which a container keeps a thread until the client takes them. There are few threads for that, and they are there for all: when others wait
 * for one, who has held one for longest, and for a while, has to go. From any thread.
 */
final class Pings {
    /** For so many ticks a ping may hold a thread that others wait for. */
    private static final int SECOND = 10;

    /** A container's way to send one. */
    @FunctionalInterface
    interface Sending {
        void send() throws IOException;
    }

    private final ThreadPoolExecutor threads;
    private final int loops;
    /** Those that hold a thread, who began first in front. */
    private final Deque<Held> held = new ArrayDeque<>();

    /** @param loops so many look with each tick; looks are counted and no time, so that a stall of the process is nobody's fault */
    Pings(ThreadPoolExecutor threads, int loops) {
        this.threads = threads;
        this.loops = loops;
    }

    private static final class Held {
        private final Wire.Sent sent;
        private final int most;
        private int looks;

        Held(Wire.Sent sent, int most) {
            this.sent = sent;
            this.most = most;
        }
    }

    /**
     * Sends one when there is a thread.
     *
     * @param ticks so long its client may take nothing, if nobody else waits
     */
    void send(Sending ping, int ticks, Wire.Sent sent) {
        threads.execute(() -> {
            Held mine = begin(sent, ticks);
            try {
                ping.send();
                if (end(mine)) {
                    sent.sent();
                }
            } catch (IOException | RuntimeException e) {
                if (end(mine)) {
                    sent.failed(e);
                }
            }
        });
    }

    private synchronized Held begin(Wire.Sent sent, int ticks) {
        Held mine = new Held(sent, ticks * loops);
        held.add(mine);
        return mine;
    }

    /** Returns whether it was not given up before. */
    private synchronized boolean end(Held mine) {
        return held.remove(mine);
    }

    /** Looks whether somebody has to go; with each tick. */
    void look() {
        Held longest = longest();
        if (longest != null) {
            longest.sent.failed(new IOException("it does not take a ping"));
        }
    }

    private synchronized @Nullable Held longest() {
        held.forEach(each -> each.looks++);
        Held first = held.peek();
        boolean othersWait = !threads.getQueue().isEmpty();
        return first != null && first.looks > (othersWait ? SECOND * loops : first.most) ? held.poll() : null;
    }

    void shutdown() {
        threads.shutdown();
    }
}
