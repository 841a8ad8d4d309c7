package dev.simurgh.presence;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** How much memory the copies of other nodes' entries take, all together, and how much they may. */
final class CopyRoom {
    /** What an entry takes here besides its texts and its meta, on a JVM with compressed references. */
    private static final int ENTRY_BYTES = 240;
    /** What a topic takes, however few are on it. */
    private static final int TOPIC_BYTES = 300;

    private final long most;
    private final IntSupplier topics;
    private final AtomicLong used = new AtomicLong();

    /** @param topics how many topics are there because of them */
    CopyRoom(long maxBytes, IntSupplier topics) {
        this.most = maxBytes;
        this.topics = topics;
    }

    /** What an entry counts. Its topic is mostly shared with others, but may be longer than all the rest. */
    static long bytes(Entry entry) {
        return (long) ENTRY_BYTES + entry.topic.length() + entry.key.length() + entry.meta.length;
    }

    /** Takes room for an entry that may take the place of another; not if there is none. */
    boolean take(Entry entry, @Nullable Entry instead) {
        long bytes = bytes(entry) - (instead == null ? 0 : bytes(instead));
        long now = used.addAndGet(bytes);
        if (bytes > 0 && now + topicBytes() > most) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(Entry entry) {
        used.addAndGet(-bytes(entry));
    }

    /** Whether it is worth while to ask for what had no room, which was so many bytes at most: all of it fits in, or much of it. */
    boolean hasRoomFor(long bytes) {
        return used.get() + topicBytes() + Math.min(bytes, most / 4) <= most;
    }

    private long topicBytes() {
        return (long) TOPIC_BYTES * topics.getAsInt();
    }

    long most() {
        return most;
    }

    long used() {
        return used.get();
    }
}
