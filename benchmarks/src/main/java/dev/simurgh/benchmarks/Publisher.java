package dev.simurgh.benchmarks;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A client that publishes, and what is known of its broadcasts. Its lane publishes; all lanes report deliveries.
 *
 * <p>In a closed loop a broadcast has a place in a ring until all deliveries of it have come.
 */
final class Publisher {
    private final Client client;
    private final int index;
    private final int topic;
    private final long subscribers;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLongArray sequences;
    private final AtomicLongArray missing;
    private final AtomicBoolean queued = new AtomicBoolean();
    private volatile long lastSent;
    private volatile Runnable more = () -> {};

    /**
     * Makes a publisher.
     *
     * @param subscribers how many deliveries a broadcast causes
     * @param window of a closed loop
     */
    Publisher(Client client, int index, int topic, long subscribers, int window) {
        this.client = client;
        this.index = index;
        this.topic = topic;
        this.subscribers = subscribers;
        int ring = Integer.highestOneBit(4 * window - 1) * 2;
        this.sequences = new AtomicLongArray(ring);
        this.missing = new AtomicLongArray(ring);
    }

    Client client() {
        return client;
    }

    int index() {
        return index;
    }

    int topic() {
        return topic;
    }

    long subscribers() {
        return subscribers;
    }

    long sent() {
        return sent.get();
    }

    long outstanding() {
        return sent.get() - completed.get();
    }

    long lastSent() {
        return lastSent;
    }

    /** Takes the next sequence number. On the publisher's lane only. */
    long next(long now) {
        long sequence = sent.get();
        int at = place(sequence);
        sequences.set(at, sequence);
        missing.set(at, subscribers);
        lastSent = now;
        sent.set(sequence + 1);
        return sequence;
    }

    /** Books a delivery; returns true if it was the last of its broadcast. */
    boolean delivered(long sequence) {
        int at = place(sequence);
        if (sequences.get(at) == sequence && missing.decrementAndGet(at) == 0) {
            completed.incrementAndGet();
            return true;
        }
        return false;
    }

    /** Waits no longer for what is outstanding, and returns how many broadcasts that was. On the publisher's lane only. */
    long abandon() {
        for (int i = 0; i < missing.length(); i++) {
            missing.set(i, 0);
        }
        return sent.get() - completed.getAndSet(sent.get());
    }

    /** Sets what publishes more. */
    void more(Runnable task) {
        more = task;
    }

    /** Publishes more, on the publisher's lane. */
    Runnable more() {
        return more;
    }

    /** Tells whether a task has to be queued that publishes more: false if one is queued already. */
    boolean queue() {
        return queued.compareAndSet(false, true);
    }

    void unqueue() {
        queued.set(false);
    }

    private int place(long sequence) {
        return (int) (sequence & (sequences.length() - 1));
    }
}
