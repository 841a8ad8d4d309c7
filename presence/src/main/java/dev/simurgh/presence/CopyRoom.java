package dev.simurgh.presence;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory the copies of other nodes' entries take, all together, and how much they may. */
final class CopyRoom {
    /** What an entry takes here besides its texts and its meta, on a JVM with compressed references. */
    private static final int ENTRY_BYTES = 240;

    private final long most;
    private final AtomicLong used = new AtomicLong();

    CopyRoom(long maxBytes) {
        most = maxBytes;
    }

    private static long bytes(Entry entry) {
        return (long) ENTRY_BYTES + entry.key.length() + entry.meta.length;
    }

    /** Takes room for an entry; not if there is none. */
    boolean take(Entry entry) {
        long bytes = bytes(entry);
        if (used.addAndGet(bytes) > most) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(Entry entry) {
        used.addAndGet(-bytes(entry));
    }

    /** Whether there is so much of it again that it is worth while to ask for what had none. */
    boolean hasPlenty() {
        return used.get() < most - most / 4;
    }

    long used() {
        return used.get();
    }
}
