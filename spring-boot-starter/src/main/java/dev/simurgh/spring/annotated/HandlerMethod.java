package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Socket;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Replies;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/** One method of an annotated channel: looked at, and ready to be called if there is nothing wrong with it. */
final class HandlerMethod {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";
    private static final String NOT_ASYNC =
            " (expected: without, since the callbacks of a channel run one at a time; what takes long"
                    + " goes into another bean, whose CompletionStage a handler may return)";

    private final HandlerKind kind;
    private final Method method;
    private final Class<?> channel;
    private final Parameters parameters;
    private final Answers answers;
    private final boolean sound;

    private HandlerMethod(HandlerKind kind, Method method, Class<?> channel, BeanTypes beans, Problems problems) {
        int before = problems.count();
        this.kind = kind;
        this.method = method;
        this.channel = channel;
        check(problems);
        this.parameters = Parameters.of(kind, method, channel, beans, problems);
        this.answers = Answers.of(kind, method, channel, problems);
        this.sound = problems.count() == before;
    }

    /** The kinds that the annotations of a method say. */
    static List<HandlerKind> kinds(Method method) {
        List<HandlerKind> kinds = new ArrayList<>();
        for (HandlerKind kind : HandlerKind.values()) {
            if (AnnotatedElementUtils.hasAnnotation(method, kind.annotation())) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /** Looks at a method, which has at least one of the annotations. */
    static HandlerMethod of(Method method, Class<?> channel, BeanTypes beans, Problems problems) {
        return new HandlerMethod(kinds(method).get(0), method, channel, beans, problems);
    }

    private void check(Problems problems) {
        List<HandlerKind> kinds = kinds(method);
        if (kinds.size() > 1) {
            problems.add(
                    channel,
                    method,
                    kinds.get(0) + " and " + kinds.get(1) + " (expected: one of them for each method)");
        }
        if (Modifier.isStatic(method.getModifiers())) {
            problems.add(channel, method, "static (expected: a method of the object that each join has)");
        }
        if (KotlinDetector.isSuspendingFunction(method)) {
            problems.add(
                    channel, method, "suspending (expected: a function that returns a value, or a CompletionStage)");
        }
        if (AnnotatedElementUtils.isAnnotated(method, ASYNC)) {
            problems.add(channel, method, "@Async" + NOT_ASYNC);
        }
        if (!replies(method).isEmpty() && kind != HandlerKind.JOIN && kind != HandlerKind.HANDLE_IN) {
            problems.add(channel, method, "@Replies with " + kind + " (expected: with @Join or @HandleIn)");
        }
    }

    HandlerKind kind() {
        return kind;
    }

    Method method() {
        return method;
    }

    Answers answers() {
        return answers;
    }

    /** The event; empty where there is none. */
    String event() {
        return switch (kind) {
            case HANDLE_IN -> annotation(HandleIn.class).value();
            case HANDLE_OUT -> annotation(HandleOut.class).value();
            default -> "";
        };
    }

    /** What there is to be one of: the annotation, with its event or class. */
    String slot() {
        return switch (kind) {
            case HANDLE_IN, HANDLE_OUT -> kind + "(\"" + event() + "\")";
            case HANDLE_INFO -> kind + " of " + payload().getName();
            default -> kind.toString();
        };
    }

    private <A extends java.lang.annotation.Annotation> A annotation(Class<A> type) {
        A found = AnnotatedElementUtils.findMergedAnnotation(method, type);
        if (found == null) {
            throw new IllegalStateException(method + " without " + type);
        }
        return found;
    }

    Class<?> payload() {
        return parameters.payload();
    }

    /** What the payload is decoded to. */
    Type payloadType() {
        return parameters.payloadType();
    }

    /** Whether it asks who the client is. */
    boolean asksWho() {
        return parameters.asksWho();
    }

    boolean takesPayload() {
        return payload() != void.class;
    }

    List<Replies> replies() {
        return replies(method);
    }

    private static List<Replies> replies(Method method) {
        return List.copyOf(
                AnnotatedElementUtils.findMergedRepeatableAnnotations(method, Replies.class, Replies.All.class));
    }

    /** Makes the method callable, with what stands around it, if there is nothing wrong with it. */
    @Nullable
    MethodHandle handle(List<HandlerInterceptor> interceptors, Problems problems) {
        if (!sound) {
            return null;
        }
        MethodHandle code;
        try {
            ReflectionUtils.makeAccessible(method);
            code = LOOKUP.unreflect(method).asFixedArity(); // an array is one payload
        } catch (RuntimeException | IllegalAccessException e) {
            problems.add(
                    channel,
                    method,
                    "cannot be called: " + e.getMessage() + " (expected: a package that its module opens)");
            return null;
        }
        List<HandlerInterceptor.Around> around = interceptors.stream()
                .flatMap(interceptor -> interceptor.around(kind, method, channel).stream())
                .toList();
        Called shown = new Called(channel.getName() + "." + method.getName(), around);
        MethodHandle called = parameters.guard(answers.bind(parameters.bind(code), shown));
        for (HandlerInterceptor.Around one : around) {
            called = within(one, called);
        }
        return called;
    }

    private static MethodHandle within(HandlerInterceptor.Around around, MethodHandle inner) {
        try {
            MethodHandle call = LOOKUP.findStatic(
                    HandlerMethod.class,
                    "call",
                    MethodType.methodType(
                            Object.class,
                            HandlerInterceptor.Around.class,
                            MethodHandle.class,
                            Object.class,
                            Object.class,
                            Socket.class));
            return MethodHandles.insertArguments(call, 0, around, inner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private static Object call(
            HandlerInterceptor.Around around,
            MethodHandle inner,
            Object channel,
            @Nullable Object payload,
            Socket socket)
            throws Exception {
        Callable<Object> next = () -> {
            try {
                return (Object) inner.invokeExact(channel, payload, socket);
            } catch (Exception e) {
                throw e;
            } catch (Throwable e) {
                throw Calls.undeclared(e);
            }
        };
        return around.call(socket, next);
    }

    String shown() {
        return Problems.shown(method);
    }
}
