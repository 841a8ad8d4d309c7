package dev.simurgh.server.carry;

import dev.simurgh.server.listen.ServerLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link FrameLoop} of each event loop of a server. For any thread. */
public final class FrameLoops {
    private final Map<ServerLoop, FrameLoop> byLoop = new ConcurrentHashMap<>();

    FrameLoop of(ServerLoop loop) {
        return byLoop.computeIfAbsent(loop, FrameLoop::new);
    }

    /** Gives all memory back, once the loops have ended. */
    public void release() {
        byLoop.values().forEach(FrameLoop::release);
    }
}
