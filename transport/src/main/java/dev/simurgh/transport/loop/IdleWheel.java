package dev.simurgh.transport.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeouts of all connections of one event loop.
 *
 * <p>A timing wheel (Varghese and Lauck, 1987) turned around for timeouts that nearly never happen. A connection that
 * reads does not touch the wheel: it notes the tick at which it last did ({@link #now}). Only when its slot comes up
 * does it say when it would time out by now, and moves to the slot of that tick, or to the furthest one if that is more
 * than a turn away. With 256 slots of 100 ms a connection is looked at every 25 s or so, at a few nanoseconds each. A
 * scheduled future per connection would cost over 100 bytes and a heap operation with every frame.
 *
 * <p>Ticks are counted from the wheel's making in an {@code int}, good for six years. The current tick is the one of
 * the last {@link #advance}, so it may lag behind by one: timeouts are a tick late rather than early. For one thread.
 */
public final class IdleWheel {
    /** The longest time there is; twice as many ticks are still an {@code int}. */
    public static final int MOST_TICKS = Integer.MAX_VALUE / 2;

    static final long TICK_MILLIS = 100;

    private static final Logger log = LoggerFactory.getLogger(IdleWheel.class);
    private static final Duration LONGEST = Duration.ofMillis(TICK_MILLIS * MOST_TICKS);
    private static final int SLOTS = 256;
    /** An entry that threw is told again after a second. */
    private static final int RETRY_TICKS = 10;

    private final LongSupplier nanoTime;
    private final long startNanos;
    private final WheelEntry[] slots = new WheelEntry[SLOTS];
    private int now;
    private int size;

    IdleWheel(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Head();
        }
    }

    /** Converts a time to a number of ticks that takes at least as long; three years stand for all times beyond. */
    public static int ticks(Duration time) {
        // compared first: a Duration may be more milliseconds than a long can count
        return time.compareTo(LONGEST) >= 0
                ? MOST_TICKS
                : (int) Math.min(MOST_TICKS, (time.toMillis() + TICK_MILLIS - 1) / TICK_MILLIS + 1);
    }

    /** The current tick. */
    int now() {
        return now;
    }

    /** How many entries are on the wheel. */
    int size() {
        return size;
    }

    /** Puts an entry on the wheel, to be told in so many ticks. */
    void add(WheelEntry entry, int ticks) {
        if (size++ == 0) {
            now = elapsedTicks(); // nobody advanced an empty wheel
        }
        link(entry, ticks);
    }

    /** Moves an entry that is on the wheel. */
    void move(WheelEntry entry, int ticks) {
        if (entry.next != null) {
            unlink(entry);
            link(entry, ticks);
        }
    }

    /** Takes an entry off the wheel, if it is on it. */
    void remove(WheelEntry entry) {
        if (entry.next != null) {
            unlink(entry);
            size--;
        }
    }

    /** Goes forward to the present, and tells the entries whose slots come up on the way. */
    void advance() {
        int target = elapsedTicks();
        // after a long stall one turn tells everybody
        now = Math.max(now, target - SLOTS);
        while (now < target) {
            now++;
            tell(slots[now & (SLOTS - 1)]);
        }
    }

    private void tell(WheelEntry head) {
        // ends: nothing is linked into the slot of the current tick
        for (WheelEntry entry = head.next; entry != null && entry != head; entry = head.next) {
            unlink(entry);
            int ticks = due(entry);
            if (ticks > 0) {
                link(entry, ticks);
            } else {
                size--;
            }
        }
    }

    /** One guard for all timeouts of a loop: what an entry throws, a listener's Error among it, hurts no other. */
    private int due(WheelEntry entry) {
        try {
            return entry.due(now);
        } catch (Throwable thrown) {
            log.error("a timeout failed; it is tried again", thrown);
            return RETRY_TICKS;
        }
    }

    private int elapsedTicks() {
        return (int) (TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos) / TICK_MILLIS);
    }

    private void link(WheelEntry entry, int ticks) {
        int distance = Math.max(1, Math.min(ticks, SLOTS - 1));
        WheelEntry head = slots[(now + distance) & (SLOTS - 1)];
        WheelEntry last = head.previous;
        entry.previous = last;
        entry.next = head;
        if (last != null) {
            last.next = entry;
        }
        head.previous = entry;
    }

    private static void unlink(WheelEntry entry) {
        WheelEntry previous = entry.previous;
        WheelEntry next = entry.next;
        if (previous != null && next != null) {
            previous.next = next;
            next.previous = previous;
        }
        entry.previous = null;
        entry.next = null;
    }

    /** The head of a slot's ring. */
    private static final class Head extends WheelEntry {
        Head() {
            previous = this;
            next = this;
        }

        @Override
        public int due(int now) {
            throw new AssertionError("head of a slot");
        }
    }
}
