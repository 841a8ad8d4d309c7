package dev.simurgh.spring.annotated;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadType;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.spring.Broadcasts;
import dev.simurgh.spring.ChannelOptions;
import dev.simurgh.spring.Pushes;
import dev.simurgh.spring.Replies;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** A class whose methods say what they answer, and the spec that is made of it. */
final class ChannelClass {
    private final Class<?> type;
    private final Problems problems;
    private final List<HandlerMethod> handlers;

    private ChannelClass(Class<?> type, Problems problems, List<HandlerMethod> handlers) {
        this.type = type;
        this.problems = problems;
        this.handlers = handlers;
    }

    /** Looks at all methods of a class. What is wrong is among the problems. */
    static ChannelClass of(Class<?> type, BeanTypes beans, Problems problems) {
        List<HandlerMethod> handlers = methods(type).stream()
                .map(method -> HandlerMethod.of(method, type, beans, problems))
                .toList();
        ChannelClass channel = new ChannelClass(type, problems, handlers);
        channel.oneForEach();
        return channel;
    }

    /** The methods with annotations of ours, its own and inherited, always in the same order. */
    private static List<Method> methods(Class<?> type) {
        Map<Method, Boolean> found = MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<Boolean>)
                method -> HandlerMethod.kinds(method).isEmpty() ? null : true);
        return found.keySet().stream()
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
                .toList();
    }

    private void oneForEach() {
        Map<String, HandlerMethod> taken = new LinkedHashMap<>();
        for (HandlerMethod handler : handlers) {
            HandlerMethod before = taken.putIfAbsent(handler.slot(), handler);
            if (before != null) {
                problems.add(
                        type,
                        handler.slot() + " twice, of " + before.shown() + " and " + handler.shown()
                                + " (expected: one method for each)");
            }
        }
    }

    /** Whether any of them asks who the client is. */
    boolean asksWho() {
        return handlers.stream().anyMatch(HandlerMethod::asksWho);
    }

    List<HandlerMethod> handlers() {
        return handlers;
    }

    /** All classes of what clients send and get. */
    Set<Class<?>> payloads() {
        PayloadTypes payloads = new PayloadTypes();
        for (HandlerMethod handler : handlers) {
            if (handler.kind() != HandlerKind.HANDLE_INFO) {
                payloads.add(ResolvableType.forType(handler.payloadType()));
            }
            handler.answers().replied().ifPresent(replied -> payloads.add(ResolvableType.forType(replied)));
            handler.replies().forEach(said -> payloads.add(ResolvableType.forClass(said.value())));
        }
        pushes().forEach(said -> payloads.add(ResolvableType.forClass(said.type())));
        broadcasts().forEach(said -> payloads.add(ResolvableType.forClass(said.type())));
        return payloads.found();
    }

    private Set<Pushes> pushes() {
        return AnnotatedElementUtils.findMergedRepeatableAnnotations(type, Pushes.class, Pushes.All.class);
    }

    private Set<Broadcasts> broadcasts() {
        return AnnotatedElementUtils.findMergedRepeatableAnnotations(type, Broadcasts.class, Broadcasts.All.class);
    }

    /**
     * Makes the spec.
     *
     * @param factory of the objects, one for each join
     * @param joining is told of each object and its socket before the join is asked
     * @return nothing if anything is wrong
     */
    Optional<ChannelSpec<?>> spec(
            Supplier<?> factory,
            @Nullable BiConsumer<Object, Socket> joining,
            List<HandlerInterceptor> interceptors,
            UnaryOperator<String> placeholders) {
        ChannelSpec.Builder<Object> builder = ChannelSpec.builder(factory);
        if (handlers.stream()
                .anyMatch(
                        handler -> handler.answers().isLater() || handler.kind().repliesToClient())) {
            builder.handleInfo(Completion.class, (channel, completion, socket) -> completion.answerLater());
        }
        if (joining != null && handlers.stream().noneMatch(handler -> handler.kind() == HandlerKind.JOIN)) {
            builder.join((channel, socket) -> {
                joining.accept(channel, socket);
                return JoinResult.ok();
            });
        }
        for (HandlerMethod handler : inOrder()) {
            MethodHandle code = handler.handle(interceptors, problems);
            if (code != null) {
                told(handler, () -> declare(builder, handler, code, joining));
            }
        }
        options(builder, placeholders);
        declarations(builder);
        try {
            return Optional.of(builder.build());
        } catch (IllegalStateException e) {
            problems.add(type, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The more special class of messages comes first. */
    private List<HandlerMethod> inOrder() {
        List<HandlerMethod> ordered = new ArrayList<>();
        for (HandlerMethod handler : handlers) {
            int at = 0;
            while (at < ordered.size() && !takesAllOf(handler, ordered.get(at))) {
                at++;
            }
            ordered.add(handler.kind() == HandlerKind.HANDLE_INFO ? at : ordered.size(), handler);
        }
        return ordered;
    }

    /** Whether an earlier one would take all that the handler is for. */
    private static boolean takesAllOf(HandlerMethod handler, HandlerMethod earlier) {
        return earlier.kind() == HandlerKind.HANDLE_INFO && earlier.payload().isAssignableFrom(handler.payload());
    }

    @SuppressWarnings("unchecked") // a handle casts what it is given
    private void declare(
            ChannelSpec.Builder<Object> builder,
            HandlerMethod handler,
            MethodHandle code,
            @Nullable BiConsumer<Object, Socket> joining) {
        PayloadType<Object> payload = PayloadType.of(handler.payloadType());
        switch (handler.kind()) {
            case JOIN -> declareJoin(builder, handler, Calls.answering(code), joining);
            case AFTER_JOIN -> builder.afterJoin(Calls.goingOn(code));
            case HANDLE_IN -> {
                if (handler.takesPayload()) {
                    builder.handleIn(handler.event(), payload, Calls.answering(code));
                } else {
                    builder.handleIn(handler.event(), Calls.answering(code));
                }
                replies(handler, (status, type) -> builder.replies(handler.event(), status, type));
            }
            case HANDLE_ANY -> builder.handleAny(Calls.answering(code));
            case HANDLE_OUT ->
                builder.handleOut(
                        handler.event(),
                        handler.takesPayload() ? payload : PayloadType.of(Payload.class),
                        Calls.goingOn(code));
            case HANDLE_INFO -> builder.handleInfo((Class<Object>) handler.payload(), Calls.goingOn(code));
            case TERMINATE -> builder.terminate(Calls.answering(code));
        }
    }

    private static void declareJoin(
            ChannelSpec.Builder<Object> builder,
            HandlerMethod handler,
            Answered code,
            @Nullable BiConsumer<Object, Socket> joining) {
        if (!handler.takesPayload()) {
            builder.join(
                    joining == null
                            ? code
                            : (channel, socket) -> {
                                joining.accept(channel, socket);
                                return code.join(channel, socket);
                            });
        } else {
            builder.join(
                    PayloadType.of(handler.payloadType()),
                    joining == null
                            ? code
                            : (channel, payload, socket) -> {
                                joining.accept(channel, socket);
                                return code.join(channel, payload, socket);
                            });
        }
        replies(handler, builder::joinReplies);
    }

    private static void replies(HandlerMethod handler, BiConsumer<String, java.lang.reflect.Type> to) {
        handler.answers().replied().ifPresent(type -> to.accept(Protocol.OK, type));
        for (Replies said : handler.replies()) {
            to.accept(said.status(), said.value());
        }
    }

    private void options(ChannelSpec.Builder<Object> builder, UnaryOperator<String> placeholders) {
        ChannelOptions options = AnnotatedElementUtils.findMergedAnnotation(type, ChannelOptions.class);
        if (options == null) {
            return;
        }
        if (options.nonBlocking()) {
            builder.nonBlocking();
        }
        if (options.subscribeFirst()) {
            builder.subscribeFirst();
        }
        if (!options.joinTimeout().isEmpty()) {
            joinTimeout(builder, placeholders.apply(options.joinTimeout()));
        }
        builder.logJoin(options.logJoin()).logHandleIn(options.logHandleIn());
        if (options.quiet()) {
            builder.quiet();
        }
    }

    private void joinTimeout(ChannelSpec.Builder<Object> builder, String text) {
        try {
            builder.joinTimeout(DurationStyle.detectAndParse(text));
        } catch (IllegalArgumentException e) {
            problems.add(type, "joinTimeout: " + text + " (expected: more than zero, such as 5s or PT5S)");
        }
    }

    private void declarations(ChannelSpec.Builder<Object> builder) {
        pushes().forEach(said -> told(null, () -> builder.pushes(said.event(), said.type())));
        broadcasts().forEach(said -> told(null, () -> builder.broadcasts(said.event(), said.type())));
    }

    /** What the builder refuses. That something is there twice has been told already. */
    private void told(@Nullable HandlerMethod handler, Runnable declaration) {
        try {
            declaration.run();
        } catch (IllegalArgumentException e) {
            String text = String.valueOf(e.getMessage());
            if (handler == null) {
                problems.add(type, text);
            } else if (!text.contains(" twice (expected: one ") || text.startsWith("replies")) {
                problems.add(type, handler.method(), text);
            }
        }
    }
}
