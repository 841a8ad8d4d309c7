package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.pubsub.Metric;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where handlers that may block run by default: on virtual threads where Java has them, else on an elastic pool. */
final class Schedulers {
    private static final int PATIENCE_SECONDS = 5;

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

    /** What a scheduler tells of itself in numbers: nothing where it is no pool of threads, such as where each task has one of its own. */
    static List<Metric> metrics(Executor scheduler) {
        ThreadPoolExecutor pool = scheduler instanceof ElasticExecutor elastic
                ? elastic.pool()
                : scheduler instanceof ThreadPoolExecutor given ? given : null;
        if (pool == null) {
            return List.of();
        }
        return List.of(
                Metric.gauge(
                        "simurgh.scheduler.busy",
                        "",
                        "threads of the scheduler that are at work",
                        pool::getActiveCount),
                Metric.gauge(
                        "simurgh.scheduler.max",
                        "",
                        "threads that the scheduler may have",
                        scheduler instanceof ElasticExecutor ? ElasticExecutor::most : pool::getMaximumPoolSize),
                Metric.gauge(
                        "simurgh.scheduler.waiting",
                        "",
                        "tasks that wait for a thread of the scheduler",
                        () -> pool.getQueue().size()));
    }

    /** Ends an executor: lets what runs finish for a while, such as a terminate, then interrupts it. */
    static void close(ExecutorService executor) {
        executor.shutdown();
        try {
            if (executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }
}
