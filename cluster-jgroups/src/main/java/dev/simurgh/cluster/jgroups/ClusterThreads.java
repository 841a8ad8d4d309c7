package dev.simurgh.cluster.jgroups;

import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.util.DefaultThreadFactory;

/** The threads of JGroups, named like ours, as daemons. */
final class ClusterThreads extends DefaultThreadFactory {
    static final String PREFIX = "simurgh-cluster-";

    private final AtomicInteger count = new AtomicInteger();

    ClusterThreads() {
        super(PREFIX, true);
    }

    @Override
    public Thread newThread(Runnable task) {
        return newThread(task, "worker");
    }

    @Override
    public Thread newThread(Runnable task, String name) {
        Thread thread = new Thread(task, PREFIX + name + "-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** JGroups would rename pooled threads after each other. */
    @Override
    public void renameThread(String name, Thread thread) {}
}
