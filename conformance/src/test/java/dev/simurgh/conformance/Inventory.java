package dev.simurgh.conformance;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a server holds for its clients at one moment.
 *
 * @param connections connections of its endpoint
 * @param channels channels of its endpoint
 * @param topics subscribers by topic, as its event loops see them
 * @param interest topics that its pub-sub wants broadcasts of
 * @param timeouts connections on the timing wheels, those that still speak HTTP included
 * @param scheduled scheduled tasks of the event loops
 * @param timers timers of channels and joins
 */
record Inventory(
        int connections,
        long channels,
        Map<String, Integer> topics,
        Set<String> interest,
        int timeouts,
        int scheduled,
        int timers) {
    static final Inventory NOTHING = new Inventory(0, 0, Map.of(), Set.of(), 0, 0, 0);

    static Inventory of(EmbeddedServer server) {
        int timeouts = 0;
        int scheduled = 0;
        for (Map.Entry<?, ?> loop : loops(server).entrySet()) {
            int[] held = ask((Executor) loop.getValue(), () ->
                    new int[] {(int) call(get(loop.getValue(), "wheel"), "size"), scheduled(loop.getKey())});
            timeouts += held[0];
            scheduled += held[1];
        }
        return new Inventory(
                server.endpoint.connectionCount(),
                server.endpoint.channelCount(),
                server.endpoint.snapshot().orTimeout(5, TimeUnit.SECONDS).join().topics(),
                Set.copyOf(server.cluster.topics),
                timeouts,
                scheduled,
                server.timers.waiting());
    }

    /** Open files and sockets of this process, or 0 where it cannot be told. */
    static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** Bytes of direct memory that servers of this process have in use, without what the allocator keeps for later. */
    static long directBytes() {
        return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }

    /** The threads of servers and endpoints of this process. */
    static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("simurgh"))
                .collect(Collectors.toSet());
    }

    /** Bytes of the heap that are in use, once what is not has been collected. */
    static long heapBytes() {
        System.gc();
        System.gc(); // what the first one has found references of
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    // The server shows its event loops to nobody, and should not for the sake of a test.

    private static Map<?, ?> loops(EmbeddedServer server) {
        return (Map<?, ?>) get(get(server.server, "listener"), "serverLoops");
    }

    private static int scheduled(Object nettyLoop) {
        return ((Collection<?>) get(nettyLoop, "scheduledTaskQueue")).size();
    }

    private static int[] ask(Executor loop, Supplier<int[]> question) {
        return CompletableFuture.supplyAsync(question, loop)
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    private static Object get(Object owner, String name) {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return value(field, owner);
                }
            }
        }
        throw new AssertionError("no field " + name + " in " + owner.getClass());
    }

    private static Object value(Field field, Object owner) {
        try {
            field.setAccessible(true);
            @Nullable Object value = field.get(owner);
            return value == null ? List.of() : value; // such as a queue that nothing was ever put into
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(field.toString(), e);
        }
    }

    private static Object call(Object owner, String name) {
        try {
            Method method = owner.getClass().getDeclaredMethod(name);
            method.setAccessible(true);
            return method.invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
