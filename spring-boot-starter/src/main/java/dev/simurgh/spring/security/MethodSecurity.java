package dev.simurgh.spring.security;

import dev.simurgh.channel.Socket;
import dev.simurgh.spring.annotated.HandlerInterceptor;
import dev.simurgh.spring.annotated.HandlerKind;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.core.AuthenticationException;

/** Has annotated channels run as the client's user, so that methods with {@code @PreAuthorize} know whom they ask for; a denial is an answer. */
final class MethodSecurity implements HandlerInterceptor {
    private final ObjectProvider<AuthorizationAdvisor> advisors;

    /** @param advisors what is there with {@code @EnableMethodSecurity} */
    MethodSecurity(ObjectProvider<AuthorizationAdvisor> advisors) {
        this.advisors = advisors;
    }

    /** Without method security nobody asks, and nothing is paid. */
    @Override
    public Optional<Around> around(HandlerKind kind, Method method, Class<?> channel) {
        return advisors.stream().findAny().isPresent() ? Optional.of(new AsUser(kind)) : Optional.empty();
    }

    private record AsUser(HandlerKind kind) implements Around {
        @Override
        public Object call(Socket socket, Callable<Object> next) throws Exception {
            try {
                return SocketSecurity.call(socket, next);
            } catch (AccessDeniedException | AuthenticationException denied) {
                return failed(denied).orElseThrow(() -> denied);
            } catch (CompletionException | ExecutionException waitedFor) {
                return failed(cause(waitedFor)).orElseThrow(() -> waitedFor);
            }
        }

        @Override
        public Optional<Object> failed(Throwable failure) {
            return isDenial(failure) ? Optional.of(kind.denial()) : Optional.empty();
        }

        /** That it cannot be told now who somebody is, is no fault of the client. */
        private static boolean isDenial(Throwable failure) {
            return failure instanceof AccessDeniedException
                    || (failure instanceof AuthenticationException
                            && !(failure instanceof AuthenticationServiceException));
        }

        private static Throwable cause(Throwable waitedFor) {
            Throwable cause = waitedFor;
            while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause;
        }
    }
}
