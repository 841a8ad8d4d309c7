package dev.simurgh.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One thread of the generator: an event loop with its clients, and what they share. */
final class Lane {
    /** How many clients are begun before the loop looks at what has come. */
    private static final int AT_ONCE = 64;
    /** Ports of one source address do not reach for more connections than this. */
    private static final int PER_SOURCE = 20_000;

    private static final int HEARTBEAT_SECONDS = 30;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Target target;
    private final byte[] request;
    private final int retries;
    private final boolean resumes;
    private final String names;
    private final List<Client> clients = new ArrayList<>();
    private final Counters counters = new Counters();
    private final Outbox outbox;
    private final Envelope envelope = new Envelope();
    private final Histogram connectTimes = histogram();
    private final Histogram joinTimes = histogram();
    private final Histogram latencies = histogram();
    private final Histogram lags = histogram();
    private byte[] scratch = new byte[64 << 10];
    private volatile Traffic traffic = Traffic.NONE;
    private Opening opening = new Opening(true, false, 0, 1, 0);
    private int begun;
    private int inFlight;
    private long heartbeats;
    private volatile long lastSuccess;
    private volatile @Nullable String firstError;

    /**
     * How connections are opened.
     *
     * @param pace connections a second, or 0
     * @param maxInFlight that are not up yet
     */
    record Opening(boolean join, boolean retry, double pace, int maxInFlight, long started) {}

    Lane(EventLoop loop, Bootstrap bootstrap, Target target, int retries, boolean resumes, String names) {
        this.loop = loop;
        this.bootstrap = bootstrap.clone().group(loop);
        this.target = target;
        this.request = target.request().getBytes(StandardCharsets.US_ASCII);
        this.outbox = new Outbox(!target.isLongPoll());
        this.retries = retries;
        this.resumes = resumes;
        this.names = names;
    }

    void add(Client client) {
        clients.add(client);
    }

    /** A clock of nanoseconds, positive and the same for all lanes. */
    long now() {
        return Fleet.now();
    }

    Future<?> submit(Runnable task) {
        return loop.submit(task);
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    /** Runs a task on the loop after what has come meanwhile was looked at. */
    @SuppressWarnings("FutureReturnValueIgnored") // never cancelled
    void later(Runnable task, long nanos) {
        loop.schedule(task, Math.max(1, nanos), TimeUnit.NANOSECONDS);
    }

    // What happens in phases, each of them on the loop.

    void openAll(Opening how) {
        opening = how;
        begun = 0;
        openNext();
    }

    private void openNext() {
        for (int i = 0; i < AT_ONCE && begun < clients.size(); i++) {
            if (inFlight >= opening.maxInFlight()) {
                later(this::openNext, TimeUnit.MILLISECONDS.toNanos(1));
                return;
            }
            long due = opening.pace() > 0 ? opening.started() + (long) (begun * 1e9 / opening.pace()) - now() : 0;
            if (due > 0) {
                later(this::openNext, due);
                return;
            }
            clients.get(begun++).open();
        }
        if (begun < clients.size()) {
            later(this::openNext, 0);
        }
    }

    /** Breaks all connections off and opens them anew. */
    void dropAll(Opening how) {
        clients.forEach(Client::drop);
        inFlight = 0;
        connectTimes.reset();
        joinTimes.reset();
        openAll(how);
    }

    /** Breaks all connections off; they come back when they are dropped the next time. */
    void park() {
        clients.forEach(Client::drop);
        begun = clients.size();
        inFlight = 0;
    }

    /** Breaks all connections off for good, from any thread. */
    Future<?> end() {
        return loop.submit(this::endAll);
    }

    private void endAll() {
        traffic = Traffic.NONE;
        begun = clients.size();
        clients.forEach(Client::end);
    }

    void joinAll() {
        begun = 0;
        joinNext();
    }

    private void joinNext() {
        for (int i = 0; i < 4 * AT_ONCE && begun < clients.size(); i++) {
            Client client = clients.get(begun++);
            if (client.state() == Client.State.OPEN) {
                client.join(now());
                client.flush();
            }
        }
        if (begun < clients.size()) {
            later(this::joinNext, 0);
        }
    }

    void start(Traffic next) {
        traffic = next;
        next.start();
    }

    /** Sends a second's share of the heartbeats, so that each client has sent one after 30 seconds. Polls need none. */
    void heartbeat() {
        if (target.isLongPoll()) {
            return;
        }
        int share = (clients.size() + HEARTBEAT_SECONDS - 1) / HEARTBEAT_SECONDS;
        for (int i = 0; i < share; i++) {
            Client client = clients.get((int) (heartbeats++ % clients.size()));
            if (client.isJoined() || client.state() == Client.State.OPEN) {
                outbox.text("[null,\"" + heartbeats + "\",\"phoenix\",\"heartbeat\",{}]");
                client.flush();
                counters.add(Count.HEARTBEATS, 1);
            }
        }
    }

    // For its clients.

    Link link(Client client) {
        return target.isLongPoll() ? new LongPollLink(client, this, target.path()) : new WebSocketLink(client, this);
    }

    String host() {
        return target.host();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the listener
    Channel connect(Client client, ChannelHandler handler, Consumer<Throwable> failed) {
        InetSocketAddress from = target.manySources() && client.index() >= PER_SOURCE
                ? new InetSocketAddress("127.0.0." + (2 + client.index() / PER_SOURCE), 0)
                : null;
        var future = bootstrap.clone().handler(handler).connect(target.address(), from);
        future.addListener(done -> {
            if (!done.isSuccess()) {
                failed.accept(done.cause());
            }
        });
        return future.channel();
    }

    boolean joinsAtOnce() {
        return opening.join();
    }

    /** Whether clients keep the positions that they are told, and come back with them. */
    boolean resumes() {
        return resumes;
    }

    /** What the names begin with under which clients join; empty if they give none. */
    String names() {
        return names;
    }

    boolean mayRetry(int attempts) {
        return opening.retry() && attempts <= retries;
    }

    void inFlight(int change) {
        inFlight += change;
    }

    void succeeded(long now) {
        lastSuccess = now;
    }

    void failed(String why) {
        if (firstError == null) {
            firstError = why;
        }
    }

    byte[] request() {
        return request;
    }

    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[2 * length];
        }
        return scratch;
    }

    Outbox outbox() {
        return outbox;
    }

    Envelope envelope() {
        return envelope;
    }

    Traffic traffic() {
        return traffic;
    }

    Counters counters() {
        return counters;
    }

    List<Client> clients() {
        return clients;
    }

    // For the report.

    long lastSuccess() {
        return lastSuccess;
    }

    Optional<String> firstError() {
        return Optional.ofNullable(firstError);
    }

    Histogram connectTimes() {
        return connectTimes;
    }

    Histogram joinTimes() {
        return joinTimes;
    }

    Histogram latencies() {
        return latencies;
    }

    /** How much later than due pushes of an open loop went out. */
    Histogram lags() {
        return lags;
    }

    /** Nanoseconds up to an hour, to three digits. */
    static Histogram histogram() {
        return new Histogram(HOUR, 3);
    }

    /** Records a time, and what is out of bounds as the bound. */
    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(Math.max(nanos, 0), HOUR));
    }
}
