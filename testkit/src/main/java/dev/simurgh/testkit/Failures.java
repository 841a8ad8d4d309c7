package dev.simurgh.testkit;

import org.jspecify.annotations.Nullable;

/** What was thrown by tasks of which each is to run whatever the others do. The first is thrown when all have run, with others in it. */
final class Failures {
    /** A timer that throws each time does so more often than anybody reads. */
    private static final int MOST = 10;

    private @Nullable Throwable first;
    private int others;

    /**
     * Runs a task, and keeps what it throws.
     *
     * @throws NeverRestsException at once: there is no end to wait for
     */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (NeverRestsException e) {
            throw instead(e);
        } catch (Throwable e) {
            keep(e);
        }
    }

    private void keep(Throwable thrown) {
        if (first == null) {
            first = thrown;
        } else if (first != thrown && others++ < MOST) {
            first.addSuppressed(thrown);
        }
    }

    /** Something that is thrown now, instead of at the end; it tells of the first, too. */
    NeverRestsException instead(NeverRestsException thrown) {
        if (first != null) {
            thrown.addSuppressed(first);
        }
        return thrown;
    }

    /** Throws the first, if there is one. */
    void rethrow() {
        if (first != null) {
            Failures.<RuntimeException>unchecked(first);
        }
    }

    /** Throws whatever it is: a task may throw a checked exception by the same trick. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
