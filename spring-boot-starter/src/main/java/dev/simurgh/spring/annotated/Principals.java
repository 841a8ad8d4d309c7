package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Socket;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Who a client is, for parameters of methods: of type {@link Principal} or one of its subtypes, such as Spring Security's {@code Authentication}, or with its {@code
 * @AuthenticationPrincipal}. Spring Security puts it where it is found here, and renews it there; without it, it is the principal of the request, if a method asks for it.
 */
final class Principals {
    /** Who it is now; whoever puts it there may change what it gives. */
    private static final Assigns.Key<Supplier<? extends Principal>> CURRENT = Assigns.key("simurgh.user");

    /** Who it was at the connect, for those whose own {@code connect}, or whose test, knows no more. */
    private static final Assigns.Key<Object> AT_CONNECT = Assigns.key("authentication");

    private static final String ANNOTATION = "org.springframework.security.core.annotation.AuthenticationPrincipal";
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.publicLookup();

    /** There is nobody where somebody has to be. It is caught around the method, and never seen. */
    @SuppressWarnings("serial")
    static final class Nobody extends RuntimeException {
        private Nobody() {
            super(null, null, false, false);
        }
    }

    private volatile boolean asked;

    /** Has principals of requests kept from now on. */
    void ask() {
        asked = true;
    }

    /** What a connection is to remember of who it is, if anybody asks. */
    Assigns assigns(ConnectRequest request) {
        return asked
                ? request.info()
                        .principal()
                        .map(who -> Assigns.of(CURRENT, () -> who))
                        .orElse(Assigns.EMPTY)
                : Assigns.EMPTY;
    }

    /** Whether a parameter asks for who it is. */
    static boolean isOne(Parameter parameter, ResolvableType type) {
        return annotation(parameter) != null || isPrincipal(wanted(type));
    }

    /** A record of that type is a payload. */
    private static boolean isPrincipal(Class<?> type) {
        return Principal.class.isAssignableFrom(type) && !type.isRecord();
    }

    private static Class<?> wanted(ResolvableType type) {
        Class<?> plain = type.resolve(Object.class);
        return plain == Optional.class ? type.getGeneric(0).resolve(Object.class) : plain;
    }

    private static @Nullable AnnotationAttributes annotation(Parameter parameter) {
        return AnnotatedElementUtils.getMergedAnnotationAttributes(parameter, ANNOTATION);
    }

    /** Whether there has to be somebody, or the method is not called. */
    static boolean isRequired(Parameter parameter, Method method, int index) {
        return !Stream.concat(
                                Stream.of(parameter.getAnnotations()),
                                Stream.of(parameter.getAnnotatedType().getAnnotations()))
                        .map(Annotation::annotationType)
                        .anyMatch(type -> type.getSimpleName().equals("Nullable"))
                && !new MethodParameter(method, index).isOptional();
    }

    /** Makes of a socket what a parameter takes. */
    static MethodHandle filter(Parameter parameter, ResolvableType type, boolean required) {
        Class<?> plain = type.resolve(Object.class);
        Class<?> wanted = wanted(type);
        AnnotationAttributes annotation = annotation(parameter);
        Function<Socket, @Nullable Object> found =
                annotation == null ? socket -> found(socket, wanted) : new OfAuthentication(wanted, annotation)::of;
        Function<Socket, @Nullable Object> taken = plain == Optional.class
                ? socket -> Optional.ofNullable(found.apply(socket))
                : required ? socket -> required(found.apply(socket)) : found;
        try {
            return LOOKUP.findVirtual(Function.class, "apply", MethodType.methodType(Object.class, Object.class))
                    .bindTo(taken)
                    .asType(MethodType.methodType(plain, Socket.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object required(@Nullable Object found) {
        if (found == null) {
            throw new Nobody();
        }
        return found;
    }

    private static @Nullable Principal principal(Socket socket) {
        Supplier<? extends Principal> current = socket.assigns().find(CURRENT).orElse(null);
        return current != null
                ? current.get()
                : socket.assigns().find(AT_CONNECT).orElse(null) instanceof Principal atConnect ? atConnect : null;
    }

    private static @Nullable Object found(Socket socket, Class<?> wanted) {
        Principal principal = principal(socket);
        if (principal != null && !wanted.isInstance(principal)) {
            throw new ClassCastException(
                    "principal of type " + principal.getClass().getName() + " (expected: " + wanted.getName()
                            + ", as the parameter has it)");
        }
        return principal;
    }

    /** The principal that an {@code Authentication} has, by the rules of {@code @AuthenticationPrincipal}. */
    private static final class OfAuthentication {
        private static final SpelExpressionParser PARSER = new SpelExpressionParser();

        private final Class<?> wanted;
        private final boolean strict;
        private final @Nullable Expression expression;
        private final MethodHandle principal;

        OfAuthentication(Class<?> wanted, AnnotationAttributes annotation) {
            this.wanted = MethodType.methodType(wanted).wrap().returnType();
            this.strict = annotation.getBoolean("errorOnInvalidType");
            String text = annotation.getString("expression");
            this.expression = text.isEmpty() ? null : PARSER.parseExpression(text);
            this.principal = getPrincipal();
        }

        private static MethodHandle getPrincipal() {
            try {
                Class<?> authentication = Class.forName(
                        "org.springframework.security.core.Authentication", false, Principals.class.getClassLoader());
                return LOOKUP.findVirtual(authentication, "getPrincipal", MethodType.methodType(Object.class))
                        .asType(MethodType.methodType(Object.class, Principal.class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Nullable
        Object of(Socket socket) {
            Principal authentication = principal(socket);
            Object found = authentication == null ? null : principalOf(authentication);
            Object value = expression == null || found == null ? found : expression.getValue(found);
            if (value == null || wanted.isInstance(value)) {
                return value;
            }
            if (strict) {
                throw new ClassCastException("principal of type "
                        + value.getClass().getName() + " (expected: " + wanted.getName()
                        + ", as the parameter with @AuthenticationPrincipal has it)");
            }
            return null;
        }

        private Object principalOf(Principal authentication) {
            try {
                return (Object) principal.invokeExact(authentication);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw Calls.undeclared(e);
            }
        }
    }
}
