package dev.simurgh.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the code under test has thrown, and no assertion has asked for yet: callbacks of channels and connects of sockets. Cases that share
 * a clock share it, so that whichever of them is closed first tells of all. For any thread.
 */
final class Thrown {
    /** One thing that was thrown: where, and by the callback of which join or attempt. */
    record Failure(Object by, String where, Throwable thrown) {
        @Override
        public String toString() {
            return where + ": " + words(thrown);
        }
    }

    private final List<Failure> open = new ArrayList<>();

    synchronized void add(Object by, String where, Throwable thrown) {
        open.add(new Failure(by, where, thrown));
    }

    /** Takes the first that is wanted, of those of one join or attempt. */
    @Nullable
    Failure take(Object by, Predicate<Throwable> wanted) {
        for (Failure failure : of(by)) {
            if (wanted.test(failure.thrown)) {
                forget(failure);
                return failure;
            }
        }
        return null;
    }

    /** Those of one join or attempt that nobody has taken. */
    synchronized List<Failure> of(Object by) {
        return open.stream().filter(failure -> failure.by == by).toList();
    }

    private synchronized void forget(Failure failure) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).by == failure.by && open.get(i).thrown == failure.thrown) {
                open.remove(i);
                return;
            }
        }
    }

    /** An error that shows all that nobody has taken, and forgets them; null if there is none. */
    synchronized @Nullable AssertionError report() {
        if (open.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder(
                "thrown by the code under test (expected: nothing, or an assertCrashed or assertStopped(CRASHED) for each)");
        open.forEach(failure -> text.append("\n  ").append(failure));
        AssertionError error = new AssertionError(text.toString(), open.get(0).thrown);
        open.stream().skip(1).forEach(failure -> error.addSuppressed(failure.thrown));
        open.clear();
        return error;
    }

    /** A throwable whose message cannot be asked for is known by its class. */
    static String words(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable unsayable) {
            return thrown.getClass().getName();
        }
    }
}
