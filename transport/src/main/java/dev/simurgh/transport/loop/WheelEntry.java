package dev.simurgh.transport.loop;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link IdleWheel} looks at from time to time. The links are in the entry, so that what has timeouts, such as a
 * connection, is one object with them.
 */
public abstract class WheelEntry {
    @Nullable
    WheelEntry previous;

    @Nullable
    WheelEntry next;

    /**
     * Tells the entry that the tick it asked for, or an earlier one, is here. If it throws, it is told again after a while.
     *
     * @return in how many ticks to come back; 0 never, and the entry is off the wheel
     */
    public abstract int due(int now);
}
