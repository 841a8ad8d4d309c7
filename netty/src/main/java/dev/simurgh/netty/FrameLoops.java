package dev.simurgh.netty;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.transport.carry.QueueBound;
import dev.simurgh.transport.loop.TimedLoop;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link FrameLoop} of each event loop of a server. */
public final class FrameLoops {
    private final Map<TimedLoop, FrameLoop> byLoop = new ConcurrentHashMap<>();
    private final ClientLog log;
    private final QueueBound bound;

    /**
     * Makes none yet.
     *
     * @param log for lines that clients can set off
     * @param maxQueuedBytes how much direct memory may be in use before clients for which something waits have to go
     * @param eventLoops how many there will be
     */
    public FrameLoops(ClientLog log, long maxQueuedBytes, int eventLoops) {
        this.log = log;
        this.bound = new QueueBound(maxQueuedBytes, eventLoops, PooledByteBufAllocator.DEFAULT::pinnedDirectMemory);
    }

    /** On the event loop. */
    FrameLoop of(TimedLoop loop) {
        return byLoop.computeIfAbsent(loop, made -> new FrameLoop(made, log, bound));
    }

    /** How much waits for clients that do not take it at once; for any thread. */
    public long waitingBytes() {
        return bound.counted().sum();
    }

    /** How much direct memory is in use, of all servers of the process. */
    public long memory() {
        return bound.inUse().getAsLong();
    }

    /** Gives all memory back, once the loops have ended. */
    public void release() {
        byLoop.values().forEach(FrameLoop::release);
    }

    /** Gives the memory back of a loop that goes on without connections. On that loop. */
    public void release(TimedLoop loop) {
        FrameLoop frames = byLoop.remove(loop);
        if (frames != null) {
            frames.release();
        }
    }
}
