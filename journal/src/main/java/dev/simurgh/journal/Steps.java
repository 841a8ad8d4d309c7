package dev.simurgh.journal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does on an executor one step after the other, each on a new stack, also if the executor works where it is asked: whoever is at the step before does this one, too, when
 * its stack is gone. A store that answers at once may have one thing tried thousands of times.
 *
 * <p>One at a time may ask for the next: the step that is being done, or whoever that has left it to, such as the callback of a future. So there are never more than two,
 * one that is being left and the one behind it, and their count is what hands the second to the thread of the first.
 */
final class Steps {
    private static final Logger log = LoggerFactory.getLogger(Steps.class);

    private final String whose;
    private final Executor executor;
    private final AtomicInteger steps = new AtomicInteger();
    private Runnable next = () -> {}; // written before there is one more, and read behind that

    /**
     * Makes it.
     *
     * @param whose for the log
     */
    Steps(String whose, Executor executor) {
        this.whose = whose;
        this.executor = executor;
    }

    /** Has the next step done. Throws what the executor does if it takes nothing, or has no thread for it. */
    void execute(Runnable step) {
        executor.execute(() -> {
            next = step;
            if (steps.getAndIncrement() > 0) {
                return;
            }
            do {
                run();
            } while (steps.decrementAndGet() > 0);
        });
    }

    private void run() {
        try {
            next.run();
        } catch (Throwable e) { // such as of the clock; what comes behind it must not wait for it
            log.error("{}: a step failed", whose, e);
        }
    }
}
