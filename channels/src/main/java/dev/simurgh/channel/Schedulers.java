package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Where handlers that may block run by default: on virtual threads where Java has them, else on an elastic pool. */
final class Schedulers {
    private Schedulers() {}

    static Executor create(Timers timers) {
        try {
            // Java 21 and newer; this code is compiled for 17.
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return new ElasticExecutor(timers);
        }
    }
}
