package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Watches what non-blocking channels do on one event loop, and tells of a callback that takes too long: while it does, so that one which
 * never ends is told of, too.
 *
 * <p>To take the time of each callback would cost 50 ns, a twentieth of all that an echo costs. So the loop only counts: up when a callback
 * begins, and again when it ends. A timer looks at the count every {@value #LOOK_MILLIS} ms; if it has not moved for {@value #LIMIT_MILLIS} ms
 * and is odd, one callback has been running since. The timer is there only while callbacks are.
 */
final class LoopWatch {
    /** How long a callback may hold up its event loop. */
    static final int LIMIT_MILLIS = 100;

    /** Of how many callbacks one is timed; a power of two. */
    static final int SAMPLES = 16;

    private static final int LOOK_MILLIS = 20;
    private static final Duration LOOK = Duration.ofMillis(LOOK_MILLIS);
    private static final long LIMIT = Duration.ofMillis(LIMIT_MILLIS).toNanos();
    private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(LoopWatch.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timers timers;
    private final ClientLog clientLog;

    // Written by the loop alone. What runs is published by the count.
    @SuppressWarnings("unused") // through COUNT
    private volatile long count;

    private @Nullable Watched running;
    private @Nullable Object item;
    private @Nullable Thread loop;
    private int random = 0x2545F491;

    private volatile boolean looking;

    // Of the timer.
    private long seen;
    private long seenSince;
    private boolean told;

    /** Whose callbacks are watched. */
    interface Watched {
        /** Says what is done with an item, for the log. For any thread. */
        Shown doing(Object item);

        /** Tells who wants to know that it has held up its event loop for so long by now. Comes once for each callback that does, on any thread. */
        default void heldUp(long nanos) {}
    }

    LoopWatch(Timers timers, ClientLog clientLog) {
        this.timers = timers;
        this.clientLog = clientLog;
    }

    /**
     * A callback begins, on the loop.
     *
     * @return whether it is to be followed by {@link #ends}; not if it is a part of another
     */
    boolean begins(Watched who, Object what) {
        long before = (long) COUNT.get(this);
        if ((before & 1) != 0) {
            return false;
        }
        running = who;
        item = what;
        COUNT.setRelease(this, before + 1);
        if (!looking) {
            loop = Thread.currentThread();
            looking = true;
            timers.schedule(LOOK, this::look);
        }
        return true;
    }

    void ends() {
        COUNT.setRelease(this, (long) COUNT.get(this) + 1);
        running = null;
        item = null;
    }

    /**
     * Whether the time of the callback that begins is taken: of one in {@value #SAMPLES}, by chance, since clients have rhythms. On the
     * loop. The numbers are those of Marsaglia's xorshift, at 1 ns each.
     */
    boolean isSample() {
        int next = random;
        next ^= next << 13;
        next ^= next >>> 17;
        next ^= next << 5;
        random = next;
        return (next & SAMPLES - 1) == 0;
    }

    private void look() {
        long now = timers.nanoTime();
        long found = count;
        if (found != seen) {
            seen = found;
            seenSince = now;
            told = false;
        } else if ((found & 1) == 0) {
            looking = false; // until the next callback begins
            if (count == found) {
                return;
            }
            looking = true; // one has begun that may have seen it looking
        } else if (!told && now - seenSince >= LIMIT) {
            told = true;
            tell(found, now - seenSince);
        }
        timers.schedule(LOOK, this::look);
    }

    private void tell(long call, long nanos) {
        Watched who = running;
        Object what = item;
        Thread thread = loop;
        if (who == null || what == null || thread == null || count != call) {
            return; // it has ended
        }
        clientLog.line(
                log,
                Level.WARN,
                "{} holds up its event loop, and all connections there, for at least {} (expected: under {} ms; channels"
                        + " without nonBlocking() may block), at {}",
                who.doing(what),
                Elapsed.shown(nanos),
                LIMIT_MILLIS,
                place(thread));
        who.heldUp(nanos);
    }

    /** Where a thread is: the innermost place that is not the JDK's, such as {@code RoomChannel.java:42}. */
    private static String place(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                return frame.getFileName() + ":" + frame.getLineNumber();
            }
        }
        return "an unknown place";
    }
}
