package dev.simurgh.spring.security;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.spring.annotated.HandlerInterceptor;
import dev.simurgh.spring.annotated.HandlerKind;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.core.AuthenticationException;

/** Has annotated channels run as the client's user, so that methods with {@code @PreAuthorize} know whom they ask for; a denial is an answer. */
final class MethodSecurity implements HandlerInterceptor {
    private static final Map<String, String> FORBIDDEN = Map.of("reason", "forbidden");

    private final ObjectProvider<AuthorizationAdvisor> advisors;

    /** @param advisors what is there with {@code @EnableMethodSecurity} */
    MethodSecurity(ObjectProvider<AuthorizationAdvisor> advisors) {
        this.advisors = advisors;
    }

    /** Without method security nobody asks, and nothing is paid. */
    @Override
    public Optional<Around> around(HandlerKind kind, Method method, Class<?> channel) {
        return advisors.stream().findAny().isPresent()
                ? Optional.of((socket, next) -> call(kind, socket, next))
                : Optional.empty();
    }

    private static Object call(HandlerKind kind, Socket socket, Callable<Object> next) throws Exception {
        try {
            return SocketSecurity.call(socket, next);
        } catch (AccessDeniedException | AuthenticationException denied) {
            return denial(kind);
        }
    }

    /** What cannot be answered is not done, and that is all. */
    private static Object denial(HandlerKind kind) {
        if (kind.answer() == JoinResult.class) {
            return JoinResult.error(FORBIDDEN);
        }
        return kind.answer() == Result.class ? Result.error(FORBIDDEN) : Result.noReply();
    }
}
