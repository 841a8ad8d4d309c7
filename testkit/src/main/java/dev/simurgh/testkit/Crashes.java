package dev.simurgh.testkit;

import dev.simurgh.testkit.Thrown.Failure;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The assertions about what one join or connect has thrown: the same for channels, joins and connects. */
final class Crashes {
    private final ChannelCase kit;
    private final Object by;
    private final BiFunction<String, String, AssertionError> failure;

    /**
     * Makes them.
     *
     * @param failure makes the error of an assertion: from its expectation, and from what was thrown, if anything was
     */
    Crashes(ChannelCase kit, Object by, BiFunction<String, String, AssertionError> failure) {
        this.kit = kit;
        this.by = by;
        this.failure = failure;
    }

    /** An assertion of the test that has failed in a callback is no crash that the test means, unless it says so. */
    static Predicate<Throwable> any() {
        return thrown -> !(thrown instanceof AssertionError);
    }

    static <T extends Throwable> Predicate<Throwable> of(Class<T> type, Predicate<? super T> matching) {
        return thrown -> type.isInstance(thrown) && Wanted.matches(matching, type.cast(thrown), thrown);
    }

    static String words(Class<?> type) {
        return "crashed: " + type.getSimpleName();
    }

    Throwable take(Duration patience, String expected, Predicate<Throwable> wanted) {
        return kit.await(patience, () -> taken(wanted), () -> {
            List<Failure> others = kit.thrown().of(by);
            AssertionError error = failure.apply(expected, shown(others));
            if (error.getCause() == null && !others.isEmpty()) {
                error.initCause(others.get(0).thrown());
            }
            return error;
        });
    }

    private @Nullable Throwable taken(Predicate<Throwable> wanted) {
        Failure found = kit.thrown().take(by, wanted);
        return found == null ? null : found.thrown();
    }

    /** Takes what was thrown as one that the test means, if it has not been taken; as a test that asserts a stop by a crash does. */
    void meant(Throwable cause) {
        kit.thrown().take(by, any().and(thrown -> thrown == cause));
    }

    void refute(Duration patience, String assertion, String expected, Predicate<Throwable> unwanted) {
        kit.rest(patience, assertion);
        List<Failure> found = kit.thrown().of(by).stream()
                .filter(thrown -> unwanted.test(thrown.thrown()))
                .toList();
        if (!found.isEmpty()) {
            AssertionError error = failure.apply(expected, shown(found));
            if (error.getCause() == null) {
                error.initCause(found.get(0).thrown());
            }
            throw error;
        }
    }

    private static String shown(List<Failure> failures) {
        return failures.stream()
                .map(thrown -> "crashed: " + Thrown.words(thrown.thrown()))
                .collect(Collectors.joining(", "));
    }
}
