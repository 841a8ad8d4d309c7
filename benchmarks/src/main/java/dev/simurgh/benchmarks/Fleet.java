package dev.simurgh.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** All clients, on all lanes. Client {@code i} is on lane {@code i mod N}. For the thread that conducts the run. */
final class Fleet implements AutoCloseable {
    private static final long ORIGIN = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_OPENING = 256;
    private static final int MAX_BACKLOG = 16 << 20;

    private final MultiThreadIoEventLoopGroup group;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private boolean closed;

    Fleet(BenchOptions options, Target target) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(options.threads, handlers);
        Bootstrap bootstrap = new Bootstrap()
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (options.timeout * 1000))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(64 << 10))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MAX_BACKLOG / 2, MAX_BACKLOG));
        if (epoll) {
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        for (int i = 0; i < options.threads; i++) {
            lanes.add(new Lane(
                    group.next(),
                    bootstrap,
                    target,
                    options.retries,
                    options.scenario == Scenario.RESUME,
                    options.names));
        }
        for (int i = 0; i < options.clients; i++) {
            Lane lane = lanes.get(i % options.threads);
            Client client = new Client(i, options.topic(i), lane);
            clients.add(client);
            lane.add(client);
        }
        lanes.forEach(this::heartbeats);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the group
    private void heartbeats(Lane lane) {
        group.scheduleAtFixedRate(() -> lane.execute(lane::heartbeat), 1, 1, TimeUnit.SECONDS);
    }

    /** The clock of all lanes, in nanoseconds. */
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    /** Opens all connections at a pace; a few hundred at a time are on their way. */
    void open(boolean join, double pace) {
        Lane.Opening how =
                new Lane.Opening(join, false, pace / lanes.size(), Math.max(1, MAX_OPENING / lanes.size()), now());
        lanes.forEach(lane -> lane.execute(() -> lane.openAll(how)));
    }

    /** Breaks all connections off, and lets the clients come back at a pace; 0 is at once. */
    void drop(double pace) {
        Lane.Opening how = new Lane.Opening(true, true, pace / lanes.size(), Integer.MAX_VALUE, now());
        lanes.forEach(lane -> lane.execute(() -> lane.dropAll(how)));
    }

    /** Breaks all connections off; returns when that is done. They come back with {@link #drop}. */
    void park() {
        List<Future<?>> done =
                lanes.stream().<Future<?>>map(lane -> lane.submit(lane::park)).toList();
        done.forEach(each -> each.awaitUninterruptibly(30, TimeUnit.SECONDS));
    }

    /** Lets all open connections join at once. */
    void join() {
        lanes.forEach(lane -> lane.execute(lane::joinAll));
    }

    void start(Function<Lane, Traffic> traffic) {
        lanes.forEach(lane -> {
            Traffic its = traffic.apply(lane);
            lane.execute(() -> lane.start(its));
        });
    }

    List<Client> clients() {
        return clients;
    }

    long sum(Count count) {
        return lanes.stream().mapToLong(lane -> lane.counters().get(count)).sum();
    }

    /** Tells whether all clients are up or given up. */
    boolean settled() {
        return sum(Count.LIVE) + sum(Count.GIVEN_UP) >= clients.size();
    }

    /** Tells whether the load has been sent, the last push included. */
    boolean finished() {
        return lanes.stream().allMatch(lane -> lane.traffic().finished());
    }

    /** When a connection last came up. */
    long lastSuccess() {
        return lanes.stream().mapToLong(Lane::lastSuccess).max().orElse(0);
    }

    Optional<String> firstError() {
        return lanes.stream().flatMap(lane -> lane.firstError().stream()).findFirst();
    }

    /** The histograms of all lanes in one; after {@link #close}. */
    Histogram merged(Function<Lane, Histogram> which) {
        Histogram all = Lane.histogram();
        lanes.forEach(lane -> all.add(which.apply(lane)));
        return all;
    }

    /** Ends all connections and all threads. What clients and lanes know may be read by any thread from then on. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            // first these: a group that shuts down closes what is open, which looks as if the server had done it
            List<Future<?>> ends = lanes.stream().<Future<?>>map(Lane::end).toList();
            ends.forEach(end -> end.awaitUninterruptibly(5, TimeUnit.SECONDS));
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }
}
