package dev.simurgh.spring.annotated;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** What a method returns, and what the runtime gets of it. */
final class Answers {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final String ON_OR_STOP =
            " (expected: void, or Next of Result.noReply() or Result.stop(), since no message waits for a reply; socket.push goes to the client)";

    private static final ClassValue<Optional<String>> OF_JOINS = problemsOf(HandlerKind.JOIN);
    private static final ClassValue<Optional<String>> OF_REPLIES = problemsOf(HandlerKind.HANDLE_IN);

    /** How a returned value becomes an answer: the name of the method that does it. */
    private enum Form {
        NOTHING("nothing"),
        LET_IN("letIn"),
        ANSWER("answer"),
        VALUE("value"),
        OBJECT("object"),
        JOIN_VALUE("joinValue"),
        JOIN_OBJECT("joinObject"),
        LATER("later");

        private final String method;

        Form(String method) {
            this.method = method;
        }
    }

    private final Form form;
    private final @Nullable Type replied;

    private Answers(Form form, @Nullable Type replied) {
        this.form = form;
        this.replied = replied;
    }

    static Answers of(HandlerKind kind, Method method, Class<?> channel, Problems problems) {
        Type type = GenericTypeResolver.resolveType(method.getGenericReturnType(), channel);
        Class<?> plain = ResolvableType.forType(type).resolve(Object.class);
        String problem = plain == void.class || plain == Void.class ? null : problem(kind, type, plain);
        if (problem != null) {
            problems.add(channel, method, "returns " + Problems.shown(type) + problem);
            return new Answers(Form.NOTHING, null);
        }
        return of(kind, type, plain);
    }

    private static Answers of(HandlerKind kind, Type type, Class<?> plain) {
        if (plain == void.class || plain == Void.class) {
            return new Answers(kind == HandlerKind.JOIN ? Form.LET_IN : Form.NOTHING, null);
        }
        if (kind.answer().isAssignableFrom(plain)) {
            return new Answers(Form.ANSWER, null);
        }
        if (CompletionStage.class.isAssignableFrom(plain)) {
            Type later = ResolvableType.forType(type)
                    .as(CompletionStage.class)
                    .getGeneric(0)
                    .getType();
            return new Answers(Form.LATER, declared(later));
        }
        if (plain == Object.class) {
            return new Answers(kind == HandlerKind.JOIN ? Form.JOIN_OBJECT : Form.OBJECT, null);
        }
        return new Answers(kind == HandlerKind.JOIN ? Form.JOIN_VALUE : Form.VALUE, declared(type));
    }

    /** What can be said of a reply: nothing if it may be any object. */
    private static @Nullable Type declared(Type type) {
        Class<?> plain = ResolvableType.forType(type).resolve(Object.class);
        boolean known = plain != Object.class && plain != Void.class && !Result.class.isAssignableFrom(plain);
        return known && !ResolvableType.forType(type).hasUnresolvableGenerics() ? type : null;
    }

    private static @Nullable String problem(HandlerKind kind, Type type, Class<?> plain) {
        if (isReactive(plain)) {
            return kind.repliesToClient()
                    ? " (expected: a CompletionStage, such as of toFuture(), or a value)"
                    : " (expected: what is done when the method returns; nobody would subscribe to it)";
        }
        return switch (kind) {
            case JOIN -> joinProblem(plain);
            case HANDLE_IN, HANDLE_ANY -> replyProblem(type, plain);
            case AFTER_JOIN, HANDLE_OUT, HANDLE_INFO -> plain == Next.class ? null : ON_OR_STOP;
            case TERMINATE -> " (expected: void, since the channel has ended)";
        };
    }

    private static @Nullable String joinProblem(Class<?> plain) {
        if (plain == boolean.class || plain == Boolean.class) {
            return " (expected: JoinResult, of JoinResult.ok() or JoinResult.error(payload))";
        }
        if (Result.class.isAssignableFrom(plain)) {
            return " (expected: JoinResult, of JoinResult.ok(payload) or JoinResult.error(payload))";
        }
        if (Future.class.isAssignableFrom(plain) || CompletionStage.class.isAssignableFrom(plain)) {
            return " (expected: JoinResult or a value; a join may block, unless the channel is nonBlocking)";
        }
        return noValueProblem(plain);
    }

    private static @Nullable String replyProblem(Type type, Class<?> plain) {
        if (JoinResult.class.isAssignableFrom(plain)) {
            return " (expected: Result, of Result.ok(payload) or Result.error(payload))";
        }
        if (CompletionStage.class.isAssignableFrom(plain)) {
            Type later = ResolvableType.forType(type)
                    .as(CompletionStage.class)
                    .getGeneric(0)
                    .getType();
            Class<?> plainLater = ResolvableType.forType(later).resolve(Object.class);
            return plainLater == CompletionStage.class
                    ? " (expected: one CompletionStage)"
                    : replyProblem(later, plainLater);
        }
        return Future.class.isAssignableFrom(plain)
                ? " (expected: a CompletionStage such as CompletableFuture, or a value; a handler may block, unless the channel is nonBlocking)"
                : noValueProblem(plain);
    }

    private static @Nullable String noValueProblem(Class<?> plain) {
        if (plain == Optional.class || BaseStream.class.isAssignableFrom(plain)) {
            return " (expected: a value, or Result.ok(payload) or another, depending on what there is)";
        }
        return null;
    }

    private static boolean isReactive(Class<?> plain) {
        if (CompletionStage.class.isAssignableFrom(plain)) {
            return false;
        }
        return Flow.Publisher.class.isAssignableFrom(plain)
                || ClassUtils.getAllInterfacesForClassAsSet(plain).stream()
                        .anyMatch(type -> type.getName().equals("org.reactivestreams.Publisher"))
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(plain) != null;
    }

    /** What the method replies to who is let in, or if all goes well, if its type says it. */
    Optional<Type> replied() {
        return Optional.ofNullable(replied);
    }

    boolean isLater() {
        return form == Form.LATER;
    }

    /** Makes of {@code (Object channel, Object payload, Socket) R} one that returns the answer as an object. */
    MethodHandle bind(MethodHandle code, Called method) {
        MethodType called = code.type().changeReturnType(Object.class);
        MethodHandle answer = MethodHandles.insertArguments(form(), 0, method);
        MethodHandle both = MethodHandles.collectArguments(answer, 0, code.asType(called));
        return MethodHandles.permuteArguments(both, called, 0, 1, 2, 2);
    }

    private MethodHandle form() {
        try {
            return LOOKUP.findStatic(
                    Answers.class,
                    form.method,
                    MethodType.methodType(Object.class, Called.class, Object.class, Socket.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // By their handles.

    @SuppressWarnings("unused")
    private static Object nothing(Called method, @Nullable Object returned, Socket socket) {
        return Result.noReply();
    }

    @SuppressWarnings("unused")
    private static Object letIn(Called method, @Nullable Object returned, Socket socket) {
        return JoinResult.ok();
    }

    @SuppressWarnings("unused")
    private static Object answer(Called method, @Nullable Object returned, Socket socket) {
        return required(returned, method);
    }

    @SuppressWarnings("unused")
    private static Object joinValue(Called method, @Nullable Object returned, Socket socket) {
        Object value = required(returned, method);
        return value instanceof JoinResult ? value : JoinResult.ok(value);
    }

    /** Of a method that says nothing of what it returns: then it is told now, if it cannot be. */
    @SuppressWarnings("unused")
    private static Object joinObject(Called method, @Nullable Object returned, Socket socket) {
        return joinValue(method, told(method, returned, OF_JOINS), socket);
    }

    @SuppressWarnings("unused")
    private static Object object(Called method, @Nullable Object returned, Socket socket) {
        return value(method, told(method, returned, OF_REPLIES), socket);
    }

    private static @Nullable Object told(
            Called method, @Nullable Object returned, ClassValue<Optional<String>> problems) {
        Optional<String> problem = returned == null ? Optional.empty() : problems.get(returned.getClass());
        if (problem.isPresent()) {
            throw new IllegalStateException(method.shown() + " returned " + problem.get());
        }
        return returned;
    }

    private static ClassValue<Optional<String>> problemsOf(HandlerKind kind) {
        return new ClassValue<>() {
            @Override
            protected Optional<String> computeValue(Class<?> type) {
                return kind.answer().isAssignableFrom(type)
                        ? Optional.empty()
                        : Optional.ofNullable(problem(kind, type, type)).map(problem -> type.getName() + problem);
            }
        };
    }

    @SuppressWarnings("unused")
    private static Object value(Called method, @Nullable Object returned, Socket socket) {
        Object value = required(returned, method);
        if (value instanceof CompletionStage<?>) {
            return later(method, value, socket);
        }
        return value instanceof Result ? value : Result.ok(value);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes to the mailbox
    private static Object later(Called method, @Nullable Object returned, Socket socket) {
        Completion completion = new Completion(method, socket);
        ((CompletionStage<?>) required(returned, method))
                .whenComplete((value, failure) -> completion.completed(value, failure));
        return completion.answerNow();
    }

    private static Object required(@Nullable Object returned, Called method) {
        if (returned == null) {
            throw new IllegalStateException(
                    method.shown() + " returned null (expected: an answer or a value; Result.noReply() is for none)");
        }
        return returned;
    }
}
