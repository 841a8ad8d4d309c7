package dev.simurgh.reactor;

import dev.simurgh.netty.NettyLoop;
import dev.simurgh.pubsub.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The event loops of a Reactor Netty server from which clients have come. For any thread. */
final class NettyLoops {
    private final Map<io.netty.channel.EventLoop, NettyLoop> byLoop = new ConcurrentHashMap<>();

    NettyLoop of(io.netty.channel.EventLoop loop) {
        NettyLoop known = byLoop.get(loop);
        return known == null ? byLoop.computeIfAbsent(loop, NettyLoop::new) : known;
    }

    boolean has(EventLoop loop) {
        return loop instanceof NettyLoop && byLoop.containsValue(loop);
    }

    void forEach(Consumer<NettyLoop> action) {
        byLoop.values().forEach(action);
    }
}
