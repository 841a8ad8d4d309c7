package dev.simurgh.testkit;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One test's own endpoint, with sockets and channels but without a network. Everything runs on the thread of the test: when a verb such
 * as {@code push} has returned, all that it sets off has happened, and time stands still until {@link #clock} is advanced. So nothing
 * waits, and what has not come will not come.
 *
 * <p>With JUnit, {@link Extension} gives each test method a case of its own. Elsewhere it is made with {@link #create} and closed at the
 * end. A case is for one thread; the clients speak vsn 2.
 */
public final class ChannelCase implements AutoCloseable {
    /** How long a connect or join may take that other threads have a part in. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final ConnectInfo NO_NETWORK =
            ConnectInfo.builder().transport("test").build();

    private final VirtualClock clock;
    private final Logs logs = new Logs(this);
    private final Work work = new Work(logs);
    private final CaseTimers timers;
    private final EventLoop loop = work.eventLoop();
    private final CaseJournal journal;
    private final Endpoint endpoint;
    private final Map<SocketSpec, SocketMount> mounts = new HashMap<>();
    private final List<Connected> clients = new ArrayList<>();
    private final Undeclared undeclared = new Undeclared();
    private final boolean requiresDeclarations;
    private int refs;

    private ChannelCase(Builder builder) {
        clock = builder.clock == null ? VirtualClock.create() : builder.clock;
        timers = new CaseTimers(clock, logs, work);
        requiresDeclarations = builder.requiresDeclarations;
        journal = new CaseJournal(this, builder.store, timers);
        try {
            endpoint = logs.hearing(() -> endpoint(builder));
        } catch (Throwable e) {
            timers.close();
            throw e;
        }
        logs.open();
    }

    private Endpoint endpoint(Builder builder) {
        Executor scheduler = builder.scheduler == null ? work : work.on(builder.scheduler);
        if (builder.maker != null) {
            return builder.maker.apply(timers, scheduler);
        }
        Endpoint.Builder begun = Endpoint.builder();
        if (builder.keep != null) {
            begun.part(journal.keep(builder.keep));
        }
        return builder.endpoint.apply(begun).timers(timers).scheduler(scheduler).build();
    }

    /** Makes a case with the defaults. */
    public static ChannelCase create() {
        return builder().build();
    }

    /** Starts a case that differs from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    // Sockets.

    /** As {@link #connect(SocketSpec, Map, ConnectInfo)}, to the socket that is {@link #mounted} there, without parameters. */
    public Connected connect(String path) {
        return connect(mounted(path));
    }

    /** As {@link #connect(SocketSpec, Map, ConnectInfo)}, to the socket that is {@link #mounted} there. */
    public Connected connect(String path, Map<String, ?> params) {
        return connect(mounted(path), params);
    }

    /**
     * The socket that the endpoint of this case has at a path.
     *
     * @throws IllegalArgumentException if there is none
     */
    public SocketSpec mounted(String path) {
        List<SocketMount> all = endpoint.backstage().mounts();
        return all.stream()
                .filter(mount -> mount.path().equals(path))
                .map(SocketMount::spec)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("socket: " + path + " (expected: one of "
                        + all.stream().map(SocketMount::path).toList() + ")"));
    }

    /** As {@link #connect(SocketSpec, Map, ConnectInfo)}, without parameters. */
    public Connected connect(SocketSpec spec) {
        return connect(spec, Map.of());
    }

    /** As {@link #connect(SocketSpec, Map, ConnectInfo)}, from nowhere. */
    public Connected connect(SocketSpec spec, Map<String, ?> params) {
        return connect(spec, params, NO_NETWORK);
    }

    /**
     * Connects a client, who must be accepted.
     *
     * @param params by name; each a text, a list, or a map with texts for keys, and the same inside of these. They come to {@code connect}
     *     as from a query: {@code "a", List.of("1")} is sent as {@code a[]=1}, and a name with brackets means what it means there
     * @throws AssertionError if the client is refused; says why
     */
    public Connected connect(SocketSpec spec, Map<String, ?> params, ConnectInfo info) {
        return tryConnect(spec, params, info).assertOk();
    }

    /** As {@link #tryConnect(SocketSpec, Map, ConnectInfo)}, from nowhere. */
    public ConnectAttempt tryConnect(SocketSpec spec, Map<String, ?> params) {
        return tryConnect(spec, params, NO_NETWORK);
    }

    /** Connects a client, who may be refused. The parameters are as in {@link #connect(SocketSpec, Map, ConnectInfo)}. */
    public ConnectAttempt tryConnect(SocketSpec spec, Map<String, ?> params, ConnectInfo info) {
        Optional<Query> query = Query.parse(Wire.query(params));
        if (query.isEmpty()) {
            return new ConnectAttempt(this, spec, null);
        }
        AtomicReference<@Nullable Handshake> answer = new AtomicReference<>();
        ConnectRequest request = ConnectRequest.of(query.get().nested(), info);
        work.execute(() -> mount(spec).connect(request, Serializers.V2, loop, () -> true, answer::set));
        Handshake handshake =
                await(patience(), answer::get, () -> new AssertionError("connect: no answer within " + patience()));
        return new ConnectAttempt(this, spec, handshake);
    }

    /** As {@link #socket(SocketSpec, String, Assigns)}, without a name or assigns. */
    public Connected socket(SocketSpec spec) {
        return socket(spec, Assigns.EMPTY);
    }

    /** As {@link #socket(SocketSpec, String, Assigns)}, without a name. */
    public Connected socket(SocketSpec spec, Assigns assigns) {
        return open(spec, endpoint.backstage().accept(mount(spec), Serializers.V2, assigns, Optional.empty()));
    }

    /** Makes a connected client without asking the socket's {@code connect} and {@code id}: it has this name and these assigns. */
    public Connected socket(SocketSpec spec, String id, Assigns assigns) {
        return open(spec, endpoint.backstage().accept(mount(spec), Serializers.V2, assigns, Optional.of(id)));
    }

    /** As {@link #socket(String, ChannelSpec, Assigns)}, without assigns. */
    public Connected socket(String pattern, ChannelSpec<?> channel) {
        return socket(pattern, channel, Assigns.EMPTY);
    }

    /** Makes a connected client of a socket that has just this channel: for a test of the channel alone. */
    public Connected socket(String pattern, ChannelSpec<?> channel, Assigns assigns) {
        return socket(SocketSpec.builder().channel(pattern, channel).build(), assigns);
    }

    private SocketMount mount(SocketSpec spec) {
        return mounts.computeIfAbsent(
                spec,
                s -> endpoint.backstage().mounts().stream()
                        .filter(mount -> mount.spec() == s)
                        .findFirst()
                        .orElseGet(() -> endpoint.backstage().mount("/socket", s)));
    }

    Connected open(SocketSpec spec, Handshake.Accepted accepted) {
        Connected client = new Connected(this, spec, accepted, loop);
        clients.add(client);
        settle();
        return client;
    }

    // The rest of the world.

    /** Hears the broadcasts of a topic, as {@link Joined#assertBroadcast} does. */
    public Subscribed subscribe(String topic) {
        return new Subscribed(this, topic);
    }

    /** The endpoint of this case: broadcasts, disconnects and so on, as the application would. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * The journal of this case, on its thread and its time: for what keeps its state in one. It is there whether or not topics are kept.
     */
    public Journal journal() {
        return journal.journal();
    }

    /**
     * The kept topics of this case, for channels that are given them.
     *
     * @throws IllegalStateException without {@link Builder#keep}
     */
    public KeptTopics kept() {
        return journal.kept();
    }

    /**
     * Asserts that exactly this is in the history of a kept topic, wherever.
     *
     * @return its position, or that of the last of several
     * @throws AssertionError if not; shows the history
     */
    public String assertKept(String topic, String event, Object payload) {
        return journal.assertKept(topic, Wanted.broadcast(event).with(encoded(payload)));
    }

    /**
     * Asserts that exactly this is not in the history of a kept topic.
     *
     * @throws AssertionError if it is; shows the history
     */
    public void refuteKept(String topic, String event, Object payload) {
        journal.refuteKept(topic, Wanted.broadcast(event).with(encoded(payload)));
    }

    /**
     * Asserts that an event is not in the history of a kept topic.
     *
     * @throws AssertionError if it is; shows the history
     */
    public void refuteKept(String topic, String event) {
        journal.refuteKept(topic, Wanted.broadcast(event));
    }

    /** The time of this case. */
    public VirtualClock clock() {
        return clock;
    }

    /** What has been logged in this case. */
    public Logs logs() {
        logs.open();
        return logs;
    }

    /**
     * Runs whatever can run without time passing. All verbs and assertions do that first; it is needed only after something else has set
     * work off, such as {@code endpoint().broadcast(…)} or another thread.
     */
    public void settle() {
        logs.open();
        clock.settle();
    }

    /**
     * Waits, in real time, until nothing runs any more: neither here nor on the threads of {@link Builder#scheduler}, of this case and of
     * those that share its clock.
     *
     * @throws AssertionError if something still runs at the end of the limit
     */
    public void settle(Duration limit) {
        await(
                limit,
                () -> clock.isQuiet() ? this : null,
                () -> new AssertionError("settle: after " + limit + " " + clock.elsewhere()
                        + " tasks still run on the scheduler (expected: none)"));
    }

    /**
     * Closes all clients, and the endpoint; their channels hear of it, and parts. What is still to come by the clock is forgotten, also
     * where the clock is shared.
     *
     * @throws AssertionError if the code under test has thrown what no assertion asked for: in {@code connect}, or in a callback of a
     *     channel, {@code terminate} included. Its cause is the first of that, and the others are suppressed. Also if something still runs
     *     on the scheduler after five seconds, or channels have not terminated there: what they would throw is not known. Also for what is said
     *     undeclared, with {@link Builder#requireDeclarations}
     */
    @Override
    public void close() {
        try {
            closeClients();
        } catch (RuntimeException | Error e) {
            AssertionError untold = thrown().report();
            if (untold != null) {
                e.addSuppressed(untold);
            }
            throw e;
        } finally {
            timers.close();
            logs.close();
        }
        AssertionError untold = thrown().report();
        if (untold == null && requiresDeclarations) {
            untold = undeclared.report();
        }
        logs.hearing(undeclared::warn).run(); // not in this case, which is over, nor in others
        if (untold != null) {
            throw untold;
        }
    }

    /**
     * Ends what one test has begun, for a case that several tests share: closes all clients, and forgets what was logged. The endpoint and its
     * time go on.
     *
     * @throws AssertionError as {@link #close}
     */
    public void endTest() {
        try {
            endClients();
        } finally {
            clients.clear();
            logs.forget();
        }
        AssertionError untold = thrown().report();
        if (untold == null && requiresDeclarations) {
            untold = undeclared.report();
        }
        logs.hearing(undeclared::warn).run();
        undeclared.forget();
        if (untold != null) {
            throw untold;
        }
    }

    private void endClients() {
        clients.forEach(Connected::close);
        settle();
        if (work.isThreaded()) {
            requireEnd();
        }
    }

    private void closeClients() {
        try {
            work.closing();
            endClients();
        } finally { // a cluster that never came to rest is told of by the first who settles
            logs.hearing(() -> endpoint.backstage().close(this::settle)).run();
            journal.close();
        }
    }

    /** What still runs on the scheduler may throw, too. */
    private void requireEnd() {
        await(
                PATIENCE,
                () -> work.isQuiet() ? this : null,
                () -> new AssertionError("close: after " + PATIENCE + " " + work.elsewhere()
                        + " tasks still run on the scheduler, so nothing can be told of what they throw"
                        + " (expected: none when the case is closed)"));
        long left = endpoint.channelCount();
        if (left > 0) {
            throw new AssertionError("close: " + left
                    + " channels have not terminated (expected: none; has the scheduler" + " refused to run them?)");
        }
    }

    // For the rest of the kit.

    /** How long to wait for what must come: not at all, unless other threads have a part in it. */
    Duration patience() {
        return clock.isThreaded() ? PATIENCE : Duration.ZERO;
    }

    void turn(Runnable task) {
        turnOnly(task);
        settle();
    }

    /** Runs something as the event loop, and nothing of what it sets off. */
    void turnOnly(Runnable task) {
        work.turn(task);
    }

    Thrown thrown() {
        return clock.thrown();
    }

    Undeclared undeclared() {
        return undeclared;
    }

    /** A ref that nobody else has here, so that a reply to one client is never taken for one to another. */
    Ref nextRef() {
        return Ref.of(String.valueOf(++refs));
    }

    /** What a test gives as a payload. A class is never one: codecs would encode its name. */
    Payload encoded(Object payload) {
        Objects.requireNonNull(payload, "payload: null (expected: Map.of() or Payload.EMPTY for an empty one)");
        Object value = payload instanceof Payload.Value unencoded ? unencoded.value() : payload;
        if (value instanceof Class<?>) {
            throw new IllegalArgumentException(
                    "payload: " + payload
                            + " (expected: a payload, or the Class as an argument of type Class, for any payload of that class)");
        }
        return Payload.of(payload).encoded(endpoint.codec());
    }

    /**
     * Lets everything come to rest, so that what has not come will not come.
     *
     * @throws AssertionError if something still runs on the scheduler at the end of the limit, unless that is zero
     */
    void rest(Duration limit, String assertion) {
        if (!comesToRest(limit)) {
            throw new AssertionError(assertion + ": after " + limit + " " + clock.elsewhere()
                    + " tasks still run on the scheduler, so nothing can be told of what will come"
                    + " (expected: none; within(Duration.ZERO) looks at what has come by now)");
        }
    }

    private boolean comesToRest(Duration limit) {
        settle();
        if (!clock.isThreaded() || limit.isZero()) {
            return true;
        }
        try {
            settle(limit);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** Runs what can run, and looks; again, while there is time, when something has come from other threads. */
    <T> T await(Duration patience, Supplier<@Nullable T> look, Supplier<AssertionError> failure) {
        long start = System.nanoTime();
        long limit = VirtualClock.nanos(patience);
        while (true) {
            settle();
            T found = look.get();
            if (found != null) {
                return found;
            }
            if (System.nanoTime() - start >= limit) {
                throw failure.get();
            }
            work.await();
        }
    }

    /** Collects what of a {@link ChannelCase} differs from the defaults. Each {@link #build} makes another case. */
    public static final class Builder {
        private UnaryOperator<Endpoint.Builder> endpoint = builder -> builder;

        private @Nullable VirtualClock clock;

        private @Nullable Executor scheduler;

        private @Nullable BiFunction<Timers, Executor, Endpoint> maker;

        private @Nullable UnaryOperator<KeptTopics.Builder> keep;

        private @Nullable Store store;

        private boolean requiresDeclarations;

        private Builder() {}

        /**
         * Keeps topics, by {@link ChannelCase#kept}, in the journal of the case.
         *
         * @param setup says which, and how long, as the application does
         */
        public Builder keep(UnaryOperator<KeptTopics.Builder> setup) {
            keep = setup;
            return this;
        }

        /**
         * What the journal of the case stores in; default a {@link MemoryStore} of its own. Cases that share one are nodes that share a database, or
         * one behind the other a node that starts again.
         */
        public Builder store(Store shared) {
            store = shared;
            return this;
        }

        /** Sets up the endpoint: its codec, node name, cluster, listener. Its timers and scheduler are the kit's. */
        public Builder endpoint(UnaryOperator<Endpoint.Builder> setup) {
            endpoint = setup;
            return this;
        }

        /**
         * Has the endpoint made by something else, such as a container of beans, which must give it these timers and this scheduler. It may be
         * started later; the case closes it.
         */
        public Builder endpointOf(BiFunction<Timers, Executor, Endpoint> made) {
            maker = made;
            return this;
        }

        /** Shares a clock with other cases or a {@link TestCluster}; default a clock of its own. */
        public Builder clock(VirtualClock shared) {
            clock = shared;
            return this;
        }

        /**
         * Runs connects and the channels that may block on threads, as an application does; default the thread of the test. Then a verb
         * only sets things off: use {@link Joined#within} and {@link ChannelCase#settle(java.time.Duration)}. The executor is not closed.
         */
        public Builder scheduler(Executor threads) {
            scheduler = threads;
            return this;
        }

        /**
         * Fails at the end of the case if a channel has pushed, broadcast or replied what its spec does not declare; default is a warning in the
         * log, once for each. Of a spec that declares nothing of what clients get, nothing is said either way. An empty reply and an error with a
         * {@code reason} need no declaration.
         */
        public Builder requireDeclarations() {
            requiresDeclarations = true;
            return this;
        }

        /**
         * Makes the case.
         *
         * @throws IllegalStateException if it is to {@link #keep} topics of an endpoint that something else makes
         */
        public ChannelCase build() {
            if (maker != null && keep != null) {
                throw new IllegalStateException(
                        "keep with endpointOf (expected: KeptTopics among the parts of the endpoint that is made)");
            }
            return new ChannelCase(this);
        }

        /** Makes an extension that gives each test such a case, for JUnit's {@code @RegisterExtension}. */
        public ChannelCase.Extension extension() {
            return new ChannelCase.Extension(this);
        }
    }

    /**
     * Gives a JUnit test method, and the {@code @BeforeEach} and {@code @AfterEach} methods around it, the same {@link ChannelCase} as a
     * parameter, and closes it at the end. Where a class has several, through its superclass, an enclosing class or {@link ChannelTest}, the
     * last one with settings of its own counts. For JUnit 5.9 and newer, and JUnit 6.
     */
    public static final class Extension extends CaseExtension {
        /** Makes the extension, for {@link ChannelTest} and {@code @ExtendWith}. */
        public Extension() {
            super(builder(), false);
        }

        Extension(Builder builder) {
            super(builder, true);
        }
    }
}
