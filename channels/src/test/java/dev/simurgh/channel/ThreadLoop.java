package dev.simurgh.channel;

import dev.simurgh.pubsub.EventLoop;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An event loop with a real thread. */
final class ThreadLoop implements EventLoop, AutoCloseable {
    private volatile @Nullable Thread thread;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "test-loop");
        made.setDaemon(true);
        thread = made;
        return made;
    });

    @Override
    public boolean inEventLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
