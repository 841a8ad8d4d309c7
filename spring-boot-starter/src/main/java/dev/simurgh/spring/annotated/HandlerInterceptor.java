package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Socket;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Stands around methods of annotated channels, as security does. Beans of this type are asked when a spec is made; what they do not stand
 * around costs nothing.
 */
@FunctionalInterface
public interface HandlerInterceptor {
    /** What stands around a method, if anything does. Asked once, when the application starts. */
    Optional<Around> around(HandlerKind kind, Method method, Class<?> channel);

    /** Runs a method, or does not. */
    @FunctionalInterface
    interface Around {
        /**
         * Runs where the method runs. Returns what {@code next} has returned, or another answer of {@link HandlerKind#answer}; of {@link
         * HandlerKind#TERMINATE} it does not matter.
         */
        Object call(Socket socket, Callable<Object> next) throws Exception;

        /**
         * Answers for what a {@code CompletionStage} that the method has returned fails with, as {@link #call} does if the method throws it. Runs on the channel's
         * mailbox, or where the method has run. Empty, as this is by default, if it is none of its business: then the channel ends.
         *
         * @param failure without what stages wrap it in
         * @return of the type {@link HandlerKind#answer}
         */
        default Optional<Object> failed(Throwable failure) {
            return Optional.empty();
        }
    }
}
