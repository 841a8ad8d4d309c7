package dev.simurgh.channel;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How many channels there are now, of each socket and pattern. For any thread. */
final class ChannelCounts {
    private final Map<String, Map<String, LongAdder>> byMount =
            new HashMap<>(); // not changed any more when there are clients
    /** Of sockets that are not mounted, as those of a test kit. */
    private final LongAdder others = new LongAdder();

    /** Has the channels of these sockets counted, each by itself. */
    void expect(Map<String, SocketSpec> sockets) {
        sockets.forEach((path, spec) -> {
            Map<String, LongAdder> byPattern = new HashMap<>();
            spec.channels().keySet().forEach(pattern -> byPattern.put(pattern, new LongAdder()));
            byMount.put(path, byPattern);
        });
    }

    void opened(String mount, String pattern) {
        of(mount, pattern).increment();
    }

    void closed(String mount, String pattern) {
        of(mount, pattern).decrement();
    }

    private LongAdder of(String mount, String pattern) {
        return byMount.getOrDefault(mount, Map.of()).getOrDefault(pattern, others);
    }

    long all() {
        long sum = now(others);
        for (Map<String, LongAdder> byPattern : byMount.values()) {
            for (LongAdder count : byPattern.values()) {
                sum += now(count);
            }
        }
        return sum;
    }

    /** A sum that others change meanwhile may miss one that has come, and not that it has gone again. */
    private static long now(LongAdder count) {
        return Math.max(0, count.sum());
    }

    /** Looks at each that is mounted. */
    interface Visitor {
        void visit(String mount, String pattern, LongSupplier count);
    }

    void each(Visitor visitor) {
        byMount.forEach((mount, byPattern) ->
                byPattern.forEach((pattern, count) -> visitor.visit(mount, pattern, () -> now(count))));
    }
}
