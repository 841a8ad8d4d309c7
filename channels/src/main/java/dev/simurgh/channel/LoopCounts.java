package dev.simurgh.channel;

import dev.simurgh.channel.spi.LoopView;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.EventLoop;

/**
 * Counts what one event loop does for its clients. Written by that loop alone, so plain numbers do: an addition costs a nanosecond, where one that
 * threads share would cost five or more. Who reads them sees what has been written a moment ago.
 */
final class LoopCounts implements LoopView {
    private final int number;
    private final EventLoop loop;
    private final Backlog backlog;
    private int connections;
    private long messagesIn;
    private long bytesIn;
    private long messagesOut;
    private long bytesOut;

    LoopCounts(int number, EventLoop loop, Backlog backlog) {
        this.number = number;
        this.loop = loop;
        this.backlog = backlog;
    }

    void opened() {
        connections++;
    }

    void closed() {
        connections--;
    }

    void received(int bytes) {
        messagesIn++;
        bytesIn += bytes;
    }

    void sent(int bytes) {
        messagesOut++;
        bytesOut += bytes;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Backlog backlog() {
        return backlog;
    }

    @Override
    public int connections() {
        return connections;
    }

    @Override
    public long messagesIn() {
        return messagesIn;
    }

    @Override
    public long bytesIn() {
        return bytesIn;
    }

    @Override
    public long messagesOut() {
        return messagesOut;
    }

    @Override
    public long bytesOut() {
        return bytesOut;
    }
}
