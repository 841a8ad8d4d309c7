package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Message;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.TopicRest;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ResolvableType;

/** What a method takes: where each of its parameters comes from. */
final class Parameters {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** What is there in every callback. */
    private static final Map<Class<?>, MethodHandle> OF_SOCKET = Map.of(
            Assigns.class, ofSocket("assigns", Assigns.class),
            Endpoint.class, ofSocket("endpoint", Endpoint.class),
            SocketRef.class, ofSocket("ref", SocketRef.class));

    /** Of what frameworks hand to their handlers; here it would be taken for a payload. */
    private static final Set<String> FOREIGN = Set.of(
            "org.springframework.web.socket.WebSocketSession",
            "org.springframework.messaging.Message",
            "org.springframework.messaging.MessageHeaders",
            "org.springframework.ui.Model",
            "jakarta.servlet.http.HttpServletRequest",
            "jakarta.servlet.http.HttpSession",
            "jakarta.websocket.Session");

    private final HandlerKind kind;
    private final Method method;
    private final Class<?> channel;
    private final Problems problems;
    private final List<@Nullable MethodHandle> filters = new ArrayList<>();
    private final List<Boolean> fromSocket = new ArrayList<>();
    private @Nullable Type payload;
    private boolean asksWho;
    private boolean needsSomebody;

    private Parameters(HandlerKind kind, Method method, Class<?> channel, Problems problems) {
        this.kind = kind;
        this.method = method;
        this.channel = channel;
        this.problems = problems;
    }

    static Parameters of(HandlerKind kind, Method method, Class<?> channel, BeanTypes beans, Problems problems) {
        Parameters parameters = new Parameters(kind, method, channel, problems);
        Parameter[] all = method.getParameters();
        for (int i = 0; i < all.length; i++) {
            parameters.add(all[i], i, beans);
        }
        if (parameters.payload == null && kind == HandlerKind.HANDLE_INFO) {
            parameters.problem("no message (expected: a parameter of the class of the messages that it handles)");
        }
        return parameters;
    }

    /** The class of the payload, or of the message; {@code void.class} if no parameter takes it. */
    Class<?> payload() {
        return payload == null ? void.class : ResolvableType.forType(payload).resolve(Object.class);
    }

    /** What the payload is decoded to: its class, if that says all. */
    Type payloadType() {
        return payload != null && GenericPayload.isGeneric(payload) ? payload : payload();
    }

    /** Whether any of them is who the client is. */
    boolean asksWho() {
        return asksWho;
    }

    private void add(Parameter parameter, int index, BeanTypes beans) {
        Type type = GenericTypeResolver.resolveType(parameter.getParameterizedType(), channel);
        Class<?> plain = ResolvableType.forType(type).resolve(Object.class);
        Assign assign = parameter.getAnnotation(Assign.class);
        if (assign != null) {
            addFromSocket(assign(assign.value(), plain, type));
        } else if (parameter.isAnnotationPresent(TopicRest.class)) {
            require(plain == String.class, "@TopicRest of type " + Problems.shown(type) + " (expected: String)");
            addFromSocket(ofSocket("topicRest", String.class));
        } else if (Principals.isOne(parameter, ResolvableType.forType(type))) {
            addPrincipal(parameter, type, Principals.isRequired(parameter, method, index));
        } else if (plain == Socket.class) {
            addFromSocket(MethodHandles.identity(Socket.class));
        } else if (OF_SOCKET.containsKey(plain)) {
            require(
                    plain != SocketRef.class || kind.repliesToClient(),
                    "SocketRef in " + kind
                            + " (expected: in @HandleIn or @HandleAny, which answer a client's message)");
            addFromSocket(OF_SOCKET.get(plain));
        } else {
            addPayload(type, parameter.getParameterizedType(), plain, beans);
        }
    }

    private void addFromSocket(MethodHandle filter) {
        filters.add(filter);
        fromSocket.add(true);
    }

    private void addPrincipal(Parameter parameter, Type type, boolean required) {
        require(
                !required || kind != HandlerKind.TERMINATE,
                Problems.shown(type) + " in @Terminate, which runs for anybody (expected: Optional or @Nullable)");
        asksWho = true;
        needsSomebody |= required;
        addFromSocket(Principals.filter(parameter, ResolvableType.forType(type), required));
    }

    /** @param said as it is written, which is what can be told of one that cannot be resolved */
    private void addPayload(Type type, Type said, Class<?> plain, BeanTypes beans) {
        filters.add(null);
        fromSocket.add(false);
        int before = problems.count();
        checkPayload(type, said, plain, beans);
        if (problems.count() > before) {
            payload = payload == null ? Object.class : payload;
        } else if (payload != null) {
            problem("two payloads, " + Problems.shown(payload) + " and " + Problems.shown(type)
                    + " (expected: one parameter for the payload, such as a record of both)");
        } else {
            payload = type;
        }
    }

    private void checkPayload(Type type, Type said, Class<?> plain, BeanTypes beans) {
        String shown = Problems.shown(type);
        boolean message = plain == Message.class;
        boolean reason = plain == StopReason.class;
        if (FOREIGN.contains(plain.getName())) {
            problem(plain.getName() + " (expected: dev.simurgh.channel.Socket, and the payload)");
        } else if (beans.hasBean(plain)) {
            problem(shown + " is a bean (expected: in the constructor, not as a parameter of a handler)");
        } else if (kind == HandlerKind.HANDLE_ANY) {
            require(message, shown + " in @HandleAny (expected: Message, whose payload() has an as(type, codec))");
        } else if (kind == HandlerKind.TERMINATE) {
            require(reason, shown + " in @Terminate (expected: StopReason; what is to be remembered is in fields)");
        } else if (kind == HandlerKind.AFTER_JOIN) {
            problem(shown + " in @AfterJoin (expected: no payload; keep what @Join has got in a field)");
        } else if (kind != HandlerKind.HANDLE_INFO && message) {
            problem("Message in " + kind + " (expected: in @HandleAny; elsewhere Payload has it as it came)");
        } else if (kind != HandlerKind.HANDLE_INFO && reason) {
            problem("StopReason in " + kind + " (expected: in @Terminate)");
        } else {
            GenericPayload.problem(type, plain, kind).ifPresent(otherwise -> problem(Problems.shown(said) + otherwise));
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            problem(otherwise);
        }
    }

    private void problem(String text) {
        problems.add(channel, method, text);
    }

    /**
     * Makes of {@code (C, p1, …, pn) R} what a callback calls: {@code (Object channel, Object payload, Socket) R}.
     */
    MethodHandle bind(MethodHandle code) {
        MethodHandle filtered = MethodHandles.filterArguments(code, 1, filters.toArray(MethodHandle[]::new));
        MethodType taken = filtered.type().changeParameterType(0, Object.class);
        int[] order = new int[taken.parameterCount()];
        for (int i = 1; i < order.length; i++) {
            boolean socket = fromSocket.get(i - 1);
            taken = taken.changeParameterType(i, socket ? Socket.class : Object.class);
            order[i] = socket ? 2 : 1;
        }
        MethodType called = MethodType.methodType(taken.returnType(), Object.class, Object.class, Socket.class);
        return MethodHandles.permuteArguments(filtered.asType(taken), called, order);
    }

    /** Makes of what has been bound one that is not called if nobody is there who has to be. */
    MethodHandle guard(MethodHandle called) {
        if (!needsSomebody) {
            return called;
        }
        MethodHandle denial = MethodHandles.dropArguments(
                MethodHandles.constant(Object.class, kind.denial()), 0, Principals.Nobody.class);
        return MethodHandles.catchException(called, Principals.Nobody.class, denial);
    }

    private static MethodHandle ofSocket(String name, Class<?> type) {
        try {
            return LOOKUP.findVirtual(Socket.class, name, MethodType.methodType(type));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private MethodHandle assign(String name, Class<?> plain, Type type) {
        boolean optional = plain == Optional.class;
        Class<?> wanted = optional
                ? ResolvableType.forType(type).getGeneric(0).resolve(Object.class)
                : MethodType.methodType(plain).wrap().returnType();
        try {
            MethodHandle find = LOOKUP.findStatic(
                    Parameters.class,
                    optional ? "found" : "assigned",
                    MethodType.methodType(
                            optional ? Optional.class : Object.class, Assigns.Key.class, Class.class, Socket.class));
            return MethodHandles.insertArguments(find, 0, Assigns.key(name), wanted)
                    .asType(MethodType.methodType(plain, Socket.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private static Object assigned(Assigns.Key<Object> key, Class<?> type, Socket socket) {
        return cast(key, type, socket.assigns().get(key));
    }

    @SuppressWarnings("unused") // by its handle
    private static Optional<Object> found(Assigns.Key<Object> key, Class<?> type, Socket socket) {
        return socket.assigns().find(key).map(value -> cast(key, type, value));
    }

    private static Object cast(Assigns.Key<Object> key, Class<?> type, Object value) {
        if (!type.isInstance(value)) {
            throw new ClassCastException(
                    "assign: " + key + " of type " + value.getClass().getName() + " (expected: " + type.getName()
                            + ", as the parameter with @Assign has it)");
        }
        return value;
    }
}
