package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A method that is called, for what comes of it later.
 *
 * @param shown for people
 * @param around what stands around it
 */
record Called(String shown, List<HandlerInterceptor.Around> around) {
    /** What is answered for what a stage has failed with, if whoever stands around the method knows of it. */
    Optional<Result> answerFor(Throwable failure) {
        for (HandlerInterceptor.Around one : around) {
            Optional<Object> answer = one.failed(failure);
            if (answer.isPresent()) {
                return answer.map(Result.class::cast);
            }
        }
        return Optional.empty();
    }

    /** What has failed: stages wrap it, some of them more than once. */
    static Throwable cause(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
