package dev.simurgh.channel;

import dev.simurgh.channel.Callback.AfterJoin;
import dev.simurgh.channel.Callback.Any;
import dev.simurgh.channel.Callback.In;
import dev.simurgh.channel.Callback.Join;
import dev.simurgh.channel.Callback.Out;
import dev.simurgh.channel.Callback.PlainIn;
import dev.simurgh.channel.Callback.PlainJoin;
import dev.simurgh.channel.Callback.Terminate;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadType;
import dev.simurgh.protocol.Protocol;
import java.lang.invoke.MethodType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Declares a channel: which method answers which event. Immutable, built once per channel type and shared by all its joins.
 *
 * <p>Each join makes a channel object of its own, and one thread at a time runs its callbacks, with the effects of the earlier
 * ones visible: plain fields are its state. Callbacks run on the endpoint's scheduler, where blocking is allowed, unless the spec is
 * {@link Builder#nonBlocking}. What a callback throws ends this channel only: the client gets {@code phx_error} and joins again.
 *
 * @param <C> the class of the channel
 */
public final class ChannelSpec<C> {
    private static final Duration DEFAULT_JOIN_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<? extends C> factory;
    private final Typed<Join<C, Object>> join;
    private final @Nullable AfterJoin<C> afterJoin;
    private final Map<String, Typed<In<C, Object>>> handleIn;
    private final @Nullable Any<C> handleAny;
    private final Map<String, Typed<Out<C, Object>>> handleOut;
    private final List<Informed<C>> handleInfo;
    private final @Nullable Terminate<C> terminate;
    private final boolean nonBlocking;
    private final boolean subscribeFirst;
    private final Duration joinTimeout;
    private final @Nullable Level joinLevel;
    private final @Nullable Level handleInLevel;
    private final ChannelProtocol protocol;

    private ChannelSpec(Builder<C> builder) {
        this.factory = builder.factory;
        this.join = builder.join;
        this.afterJoin = builder.afterJoin;
        this.handleIn = Map.copyOf(builder.handleIn);
        this.handleAny = builder.handleAny;
        this.handleOut = Map.copyOf(builder.handleOut);
        this.handleInfo = List.copyOf(builder.handleInfo);
        this.terminate = builder.terminate;
        this.nonBlocking = builder.nonBlocking;
        this.subscribeFirst = builder.subscribeFirst;
        this.joinTimeout = builder.joinTimeout == null ? DEFAULT_JOIN_TIMEOUT : builder.joinTimeout;
        this.joinLevel = builder.joinLevel;
        this.handleInLevel = builder.handleInLevel;
        this.protocol = builder.protocol.build(handleAny != null);
    }

    /** Starts the spec of a channel; the factory makes a new object for each join. */
    public static <C> Builder<C> builder(Supplier<? extends C> factory) {
        return new Builder<>(factory);
    }

    /** The events that clients may push, but for those that {@code handleAny} takes. */
    public Set<String> events() {
        return protocol.events().keySet();
    }

    /** The events of broadcasts that the channel intercepts. */
    public Set<String> intercepts() {
        return protocol.intercepts().keySet();
    }

    /** What the channel and its clients say to each other, as far as it is declared. */
    public ChannelProtocol protocol() {
        return protocol;
    }

    boolean isIntercepting() {
        return !handleOut.isEmpty();
    }

    boolean intercepts(String event) {
        return handleOut.containsKey(event);
    }

    C newChannel() {
        return Objects.requireNonNull(factory.get(), "channel factory returned null (expected: a new channel)");
    }

    Typed<Join<C, Object>> join() {
        return join;
    }

    @Nullable
    AfterJoin<C> afterJoin() {
        return afterJoin;
    }

    @Nullable
    Typed<In<C, Object>> in(String event) {
        return handleIn.get(event);
    }

    @Nullable
    Any<C> any() {
        return handleAny;
    }

    @Nullable
    Typed<Out<C, Object>> out(String event) {
        return handleOut.get(event);
    }

    @Nullable
    Out<C, Object> info(Object message) {
        for (Informed<C> handler : handleInfo) {
            if (handler.type.isInstance(message)) {
                return handler.code;
            }
        }
        return null;
    }

    boolean hasTerminate() {
        return terminate != null;
    }

    void terminate(C channel, StopReason reason, Socket socket) throws Exception {
        if (terminate != null) {
            terminate.terminate(channel, reason, socket);
        }
    }

    /** Whether the callbacks run on the connection's event loop, see {@link Builder#nonBlocking}. */
    public boolean isNonBlocking() {
        return nonBlocking;
    }

    boolean isSubscribedFirst() {
        return subscribeFirst;
    }

    Duration joinTimeout() {
        return joinTimeout;
    }

    Optional<Level> joinLevel() {
        return Optional.ofNullable(joinLevel);
    }

    @Nullable
    Level handleInLevel() {
        return handleInLevel;
    }

    /** A callback together with the type that its payload must have. */
    record Typed<F>(Type type, F code) {}

    /** A callback together with the class of the messages that it takes. */
    private record Informed<C>(Class<?> type, Out<C, Object> code) {}

    /**
     * Collects the callbacks of a channel. A join that is not declared lets every client in.
     *
     * <p>A payload type is a record, {@code Map.class}, whatever else the codec decodes, {@code byte[].class} for binary, or {@link
     * dev.simurgh.protocol.Payload} for the payload as it came. One with type arguments, such as a list of records, is a {@link PayloadType}. A client's payload that does not decode is answered with an error
     * reply and does not reach the callback.
     *
     * @param <C> the class of the channel
     */
    public static final class Builder<C> {
        private final Supplier<? extends C> factory;
        private Typed<Join<C, Object>> join = new Typed<>(Payload.class, (channel, payload, socket) -> JoinResult.ok());
        private final Map<String, Typed<In<C, Object>>> handleIn = new LinkedHashMap<>();
        private final Map<String, Typed<Out<C, Object>>> handleOut = new LinkedHashMap<>();
        private final List<Informed<C>> handleInfo = new ArrayList<>();
        private @Nullable AfterJoin<C> afterJoin;
        private @Nullable Any<C> handleAny;
        private @Nullable Terminate<C> terminate;
        private boolean joinDeclared;
        private boolean nonBlocking;
        private boolean subscribeFirst;
        private @Nullable Duration joinTimeout;
        private @Nullable Level joinLevel = Level.INFO;
        private @Nullable Level handleInLevel = Level.DEBUG;
        private final ChannelProtocol.Collected protocol = new ChannelProtocol.Collected();

        private Builder(Supplier<? extends C> factory) {
            this.factory = Objects.requireNonNull(factory, "factory");
        }

        /**
         * Declares what decides on joins.
         *
         * @throws IllegalArgumentException if a join is declared already
         */
        public Builder<C> join(PlainJoin<C> code) {
            Objects.requireNonNull(code, "code");
            join(Payload.class, (channel, payload, socket) -> code.join(channel, socket));
            protocol.join(void.class);
            return this;
        }

        /**
         * Declares what decides on joins, with the join's payload.
         *
         * @throws IllegalArgumentException if a join is declared already
         */
        public <P> Builder<C> join(Class<P> type, Join<C, P> code) {
            return join(Objects.requireNonNull(type, "type"), boxed(type), code);
        }

        /** As {@link #join(Class, Callback.Join)}, for a type with type arguments. */
        public <P> Builder<C> join(PayloadType<P> type, Join<C, P> code) {
            return join(type.type(), boxed(type), code);
        }

        private <P> Builder<C> join(Type type, Class<P> boxed, Join<C, P> code) {
            Objects.requireNonNull(code, "code");
            once("join", joinDeclared);
            joinDeclared = true;
            protocol.join(type);
            join = new Typed<>(type, (channel, payload, socket) -> code.join(channel, boxed.cast(payload), socket));
            return this;
        }

        /**
         * Declares what runs when a client has been let in: on the mailbox, right behind the reply of the join and before anything else that
         * waits. This is the place for {@code push} and {@code broadcast}, which {@code join} may not call yet. What it throws ends the
         * channel, as in other callbacks; it is no part of the time that a join may take.
         *
         * @throws IllegalArgumentException if it is declared already
         */
        public Builder<C> afterJoin(AfterJoin<C> code) {
            once("afterJoin", afterJoin != null);
            afterJoin = Objects.requireNonNull(code, "code");
            return this;
        }

        /**
         * Declares what answers an event.
         *
         * @throws IllegalArgumentException if the event is declared already, or is the protocol's own
         */
        public <P> Builder<C> handleIn(String event, Class<P> type, In<C, P> code) {
            return handleIn(event, Objects.requireNonNull(type, "type"), boxed(type), code);
        }

        /** As {@link #handleIn(String, Class, Callback.In)}, for a type with type arguments. */
        public <P> Builder<C> handleIn(String event, PayloadType<P> type, In<C, P> code) {
            return handleIn(event, type.type(), boxed(type), code);
        }

        private <P> Builder<C> handleIn(String event, Type type, Class<P> boxed, In<C, P> code) {
            Objects.requireNonNull(code, "code");
            if (event.equals(Protocol.PHX_JOIN) || event.equals(Protocol.PHX_LEAVE)) {
                throw new IllegalArgumentException("event: " + event + " (expected: join or terminate instead)");
            }
            once(
                    "handleIn",
                    event,
                    handleIn.putIfAbsent(
                            event,
                            new Typed<>(
                                    type,
                                    (channel, payload, socket) -> code.handle(channel, boxed.cast(payload), socket))));
            protocol.event(event, type);
            return this;
        }

        /**
         * Declares what answers an event, whatever its payload.
         *
         * @throws IllegalArgumentException if the event is declared already, or is the protocol's own
         */
        public Builder<C> handleIn(String event, PlainIn<C> code) {
            Objects.requireNonNull(code, "code");
            handleIn(event, Payload.class, (channel, payload, socket) -> code.handle(channel, socket));
            protocol.event(event, void.class);
            return this;
        }

        /**
         * Declares what answers the events that no {@code handleIn} names.
         *
         * @throws IllegalArgumentException if it is declared already
         */
        public Builder<C> handleAny(Any<C> code) {
            once("handleAny", handleAny != null);
            handleAny = Objects.requireNonNull(code, "code");
            return this;
        }

        /**
         * Intercepts the broadcasts of an event: they come here instead of going to the client.
         *
         * @throws IllegalArgumentException if the event is declared already
         */
        public <P> Builder<C> handleOut(String event, Class<P> type, Out<C, P> code) {
            return handleOut(event, Objects.requireNonNull(type, "type"), boxed(type), code);
        }

        /** As {@link #handleOut(String, Class, Callback.Out)}, for a type with type arguments. */
        public <P> Builder<C> handleOut(String event, PayloadType<P> type, Out<C, P> code) {
            return handleOut(event, type.type(), boxed(type), code);
        }

        private <P> Builder<C> handleOut(String event, Type type, Class<P> boxed, Out<C, P> code) {
            Objects.requireNonNull(code, "code");
            once(
                    "handleOut",
                    event,
                    handleOut.putIfAbsent(
                            event,
                            new Typed<>(
                                    type,
                                    (channel, payload, socket) -> code.handle(channel, boxed.cast(payload), socket))));
            protocol.intercept(event, type);
            return this;
        }

        /**
         * Declares what handles messages of a class: from {@code socket.send}, {@code socket.sendAfter}, or a {@link
         * dev.simurgh.pubsub.Broadcast} of a topic subscribed to with {@code socket.subscribe}. The first declaration that fits wins, so the more special class comes
         * first.
         *
         * @throws IllegalArgumentException if an earlier declaration takes all messages of the class
         */
        public <M> Builder<C> handleInfo(Class<M> type, Out<C, M> code) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(code, "code");
            Class<M> boxed = boxed(type);
            for (Informed<C> earlier : handleInfo) {
                if (earlier.type == boxed) {
                    throw new IllegalArgumentException(
                            "handleInfo: " + type.getName() + " twice (expected: one handler for each class)");
                }
                if (earlier.type.isAssignableFrom(boxed)) {
                    throw new IllegalArgumentException("handleInfo: " + type.getName() + " behind "
                            + earlier.type.getName() + ", which takes all of it (expected: before it)");
                }
            }
            handleInfo.add(new Informed<>(
                    boxed, (channel, message, socket) -> code.handle(channel, boxed.cast(message), socket)));
            return this;
        }

        /**
         * Declares what hears of the channel's end. It runs once on every ending of a join that was let in.
         *
         * @throws IllegalArgumentException if it is declared already
         */
        public Builder<C> terminate(Terminate<C> code) {
            once("terminate", terminate != null);
            terminate = Objects.requireNonNull(code, "code");
            return this;
        }

        /**
         * Says what comes back to those who are let in; without it nobody can know. Like the declarations below it is for readers: documents,
         * types of clients, the dashboard, the test kit. At run time nothing is checked, and nothing costs. Types are as in {@link
         * ChannelProtocol}.
         *
         * @throws IllegalArgumentException if it is said already
         */
        public Builder<C> joinReplies(Type type) {
            return joinReplies(Protocol.OK, type);
        }

        /**
         * As {@link #joinReplies(Type)}, for a status: for {@code "error"}, where those who are refused get something other than a {@code reason}.
         *
         * @throws IllegalArgumentException if it is said already for the status
         */
        public Builder<C> joinReplies(String status, Type type) {
            protocol.joinReply(status, type);
            return this;
        }

        /**
         * Says what comes back for an event if all goes well.
         *
         * @throws IllegalArgumentException if it is said already
         */
        public Builder<C> replies(String event, Type type) {
            return replies(event, Protocol.OK, type);
        }

        /**
         * As {@link #replies(String, Type)}, for a status: one of the channel's own, or {@code "error"}, where that is other than a {@code reason}.
         *
         * @throws IllegalArgumentException if it is said already for the status
         */
        public Builder<C> replies(String event, String status, Type type) {
            protocol.reply(event, status, type);
            return this;
        }

        /**
         * Says what the channel pushes to its client.
         *
         * @throws IllegalArgumentException if it is said already, or the event is the protocol's own
         */
        public Builder<C> pushes(String event, Type type) {
            protocol.push(event, type);
            return this;
        }

        /**
         * Says what is broadcast on the channel's topics, by itself or by the application.
         *
         * @throws IllegalArgumentException if it is said already, or the event is the protocol's own
         */
        public Builder<C> broadcasts(String event, Type type) {
            protocol.broadcast(event, type);
            return this;
        }

        /**
         * Runs the callbacks on the connection's event loop: cheapest, and forbidden to block, since that would hold up all
         * connections of the loop.
         */
        public Builder<C> nonBlocking() {
            nonBlocking = true;
            return this;
        }

        /**
         * Subscribes to the topic before {@code join} is asked, so that a reply with the current state leaves no gap: what is broadcast
         * from then on comes behind the reply. Default is that the subscription begins when {@code join} has returned. A join that is
         * refused has then been subscribed for nothing.
         */
        public Builder<C> subscribeFirst() {
            subscribeFirst = true;
            return this;
        }

        /**
         * Limits how long a join may take before the client gets the error {@code join timeout}, or {@code busy} if its turn has not come by
         * then, in which case it is not run; default 10 s, which is when phoenix.js gives up. Not for a {@link #nonBlocking} channel, whose join nothing can interrupt: of that only the wait for a cluster
         * that answers later is limited, to 10 s.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder<C> joinTimeout(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("joinTimeout: " + limit + " (expected: more than zero)");
            }
            joinTimeout = limit;
            return this;
        }

        /** Logs joins at this level; default info. */
        public Builder<C> logJoin(Level level) {
            joinLevel = level;
            return this;
        }

        /** Logs handled events at this level; default debug. */
        public Builder<C> logHandleIn(Level level) {
            handleInLevel = level;
            return this;
        }

        /** Logs neither joins nor handled events. Crashes are still logged. */
        public Builder<C> quiet() {
            joinLevel = null;
            handleInLevel = null;
            return this;
        }

        /**
         * Makes the spec.
         *
         * @throws IllegalStateException if it is {@link #nonBlocking} and has a {@link #joinTimeout}, or says what comes back for an event that no
         *     {@code handleIn} takes
         */
        public ChannelSpec<C> build() {
            if (nonBlocking && joinTimeout != null) {
                throw new IllegalStateException("joinTimeout: " + joinTimeout
                        + " with nonBlocking (expected: one of them, since nothing can interrupt an event loop)");
            }
            return new ChannelSpec<>(this);
        }

        /** The class of the objects that a callback gets: {@code Integer} for {@code int}. */
        @SuppressWarnings("unchecked") // int.class is a Class<Integer>
        private static <P> Class<P> boxed(Class<P> type) {
            if (type == void.class) {
                throw new IllegalArgumentException("type: void (expected: a class, or Payload.class for any payload)");
            }
            return (Class<P>) MethodType.methodType(type).wrap().returnType();
        }

        /** The class of the objects of a type, which is all that can be told of them. */
        @SuppressWarnings("unchecked") // what the codec makes of the type is of its class
        private static <P> Class<P> boxed(PayloadType<P> type) {
            return (Class<P>) boxed(erased(type.type()));
        }

        private static Class<?> erased(Type type) {
            if (type instanceof Class<?> plain) {
                return plain;
            }
            if (type instanceof ParameterizedType parameterized) {
                return erased(parameterized.getRawType());
            }
            if (type instanceof GenericArrayType array) {
                return erased(array.getGenericComponentType()).arrayType();
            }
            return Object.class;
        }

        private static void once(String callback, boolean declared) {
            if (declared) {
                throw new IllegalArgumentException(callback + " twice (expected: one for each channel)");
            }
        }

        private static void once(String callback, String event, @Nullable Object before) {
            if (before != null) {
                throw new IllegalArgumentException(
                        callback + ": \"" + event + "\" twice (expected: one handler for each event)");
            }
        }
    }
}
