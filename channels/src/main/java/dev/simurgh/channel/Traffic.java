package dev.simurgh.channel;

/**
 * Counts what goes through the connections of one socket over one transport on one event loop. Written by that loop alone, so plain numbers do: an
 * addition costs a nanosecond, where one that threads share would cost five or more. Who reads them sees what has been written a moment ago.
 */
final class Traffic {
    private long receivedMessages;
    private long receivedBytes;
    private long sentMessages;
    private long sentBytes;
    private long deliveredMessages;
    private long deliveredBytes;

    /** A message of a client. */
    void received(int bytes) {
        receivedMessages++;
        receivedBytes += bytes;
    }

    /** A push or a reply. */
    void sent(int bytes) {
        sentMessages++;
        sentBytes += bytes;
    }

    /** A broadcast, to one client. */
    void delivered(int bytes) {
        deliveredMessages++;
        deliveredBytes += bytes;
    }

    /** Adds what another has counted. */
    void add(Traffic other) {
        receivedMessages += other.receivedMessages;
        receivedBytes += other.receivedBytes;
        sentMessages += other.sentMessages;
        sentBytes += other.sentBytes;
        deliveredMessages += other.deliveredMessages;
        deliveredBytes += other.deliveredBytes;
    }

    long receivedMessages() {
        return receivedMessages;
    }

    long receivedBytes() {
        return receivedBytes;
    }

    long sentMessages() {
        return sentMessages;
    }

    long sentBytes() {
        return sentBytes;
    }

    long deliveredMessages() {
        return deliveredMessages;
    }

    long deliveredBytes() {
        return deliveredBytes;
    }
}
