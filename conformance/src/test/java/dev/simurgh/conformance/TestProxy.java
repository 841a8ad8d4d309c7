package dev.simurgh.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy on the loopback address that is as bad a network as a test asks for.
 *
 * <p>One thread carries all links. A verb runs on it and returns when it is done, so what a test does next comes after it.
 * Conditions hold for the links that there are and for those that come; verbs that cut hold for those that there are. What waits
 * in the proxy is bounded for each link and way: a side that does not read slows the other one down, as TCP does.
 */
final class TestProxy implements AutoCloseable {
    /** The two ways of a link. */
    enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    /**
     * What a way is like.
     *
     * @param delay how long everything takes, the end of the stream included
     * @param bytesPerSecond how much goes through; 0 all
     * @param sliceBytes how much is written at once, each time followed by a short pause, so that it travels alone; 0 all
     * @param silent nothing goes through, not even the end of the stream; it waits in the kernel until this is over
     */
    record Conditions(Duration delay, int bytesPerSecond, int sliceBytes, boolean silent) {
        static final Conditions GOOD = new Conditions(Duration.ZERO, 0, 0, false);
    }

    private static final int PATIENCE_SECONDS = 10;

    private final Selector selector;
    private final ServerSocketChannel acceptor;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<ProxyLink> links = new ArrayList<>();
    private final Map<Way, Conditions> conditions = new EnumMap<>(Way.class);
    private final Map<Way, Long> resetAfter = new EnumMap<>(Way.class);
    private final AtomicInteger accepted = new AtomicInteger();
    private int target;
    private boolean down;
    private boolean arriving;
    private boolean closed;

    private TestProxy(int target) throws IOException {
        this.target = target;
        selector = Selector.open();
        acceptor = ServerSocketChannel.open();
        acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        acceptor.configureBlocking(false);
        acceptor.register(selector, SelectionKey.OP_ACCEPT);
        for (Way way : Way.values()) {
            conditions.put(way, Conditions.GOOD);
            resetAfter.put(way, Long.MAX_VALUE);
        }
        thread = new Thread(this::run, "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts a proxy to a port of this machine. */
    static TestProxy to(int port) {
        try {
            return new TestProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    int port() {
        return acceptor.socket().getLocalPort();
    }

    /** How many connections it has taken so far, those that it cut at once included. */
    int accepted() {
        return accepted.get();
    }

    /** How many links there are. */
    int links() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        onThread(() -> count.complete(links.size()));
        return count.join();
    }

    // Conditions.

    /** Sends links that come from now on to another port. */
    void target(int port) {
        onThread(() -> target = port);
    }

    void delay(Way way, Duration delay) {
        change(way, now -> new Conditions(delay, now.bytesPerSecond(), now.sliceBytes(), now.silent()));
    }

    void bytesPerSecond(Way way, int bytes) {
        change(way, now -> new Conditions(now.delay(), bytes, now.sliceBytes(), now.silent()));
    }

    void slices(Way way, int bytes) {
        change(way, now -> new Conditions(now.delay(), now.bytesPerSecond(), bytes, now.silent()));
    }

    /** A black hole: forwards nothing this way, and does not say so. */
    void silence(Way way) {
        change(way, now -> new Conditions(now.delay(), now.bytesPerSecond(), now.sliceBytes(), true));
    }

    /** A black hole both ways. */
    void silence() {
        silence(Way.TO_SERVER);
        silence(Way.TO_CLIENT);
    }

    /** Makes everything good again; what waited goes on its way. Links that were cut stay so. */
    void heal() {
        onThread(() -> {
            down = false;
            for (Way way : Way.values()) {
                conditions.put(way, Conditions.GOOD);
                resetAfter.put(way, Long.MAX_VALUE);
                links.forEach(link -> link.flow(way).resetAfter(Long.MAX_VALUE));
            }
        });
    }

    // Cuts.

    /** Cuts each link with RST once so many bytes have gone this way, counted from now or from its beginning. */
    void resetAfter(Way way, long bytes) {
        onThread(() -> {
            resetAfter.put(way, bytes);
            links.forEach(link -> link.flow(way).resetAfter(bytes));
        });
    }

    /** Cuts all links with RST to both sides; what was under way is lost. */
    void reset() {
        forEach(ProxyLink::reset);
    }

    /** Cuts one link with RST, if there is any. */
    void resetOne(int number) {
        one(number, ProxyLink::reset);
    }

    /** Ends all links with FIN to both sides; what was under way is lost. */
    void finish() {
        forEach(ProxyLink::finish);
    }

    /** Ends one link with FIN to both sides, if there is any. */
    void finishOne(int number) {
        one(number, ProxyLink::finish);
    }

    /** Ends all links one way only: its receiver sees FIN, its sender does not hear of it. */
    void halfClose(Way way) {
        forEach(link -> link.flow(way).finish());
    }

    /** Cuts all links with RST, and from now on every connection at once. */
    void down() {
        onThread(() -> {
            down = true;
            List.copyOf(links).forEach(ProxyLink::reset);
        });
    }

    @Override
    public void close() {
        onThread(() -> closed = true);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(Way way, UnaryOperator<Conditions> change) {
        onThread(() -> conditions.compute(way, (key, now) -> change.apply(now == null ? Conditions.GOOD : now)));
    }

    private void forEach(Consumer<ProxyLink> verb) {
        onThread(() -> List.copyOf(links).forEach(verb));
    }

    private void one(int number, Consumer<ProxyLink> verb) {
        onThread(() -> {
            if (!links.isEmpty()) {
                verb.accept(links.get(Math.floorMod(number, links.size())));
            }
        });
    }

    private void onThread(Runnable verb) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        tasks.add(() -> {
            verb.run();
            done.complete(null);
        });
        selector.wakeup();
        done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    // On the proxy's thread.

    private void run() {
        try (selector;
                acceptor) {
            while (!closed) {
                select();
                if (arriving) {
                    arriving = false;
                    accept();
                }
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                List.copyOf(links).forEach(ProxyLink::forward);
                links.removeIf(ProxyLink::isOver);
            }
            links.forEach(ProxyLink::reset);
            selector.selectNow(); // closes what was cut
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void select() throws IOException {
        long now = System.nanoTime();
        long wait = links.stream().mapToLong(link -> link.waitNanos(now)).min().orElse(Long.MAX_VALUE);
        if (wait == Long.MAX_VALUE) {
            selector.select(this::selected);
        } else if (wait < 1_000_000) {
            selector.selectNow(this::selected);
            Thread.onSpinWait();
        } else {
            selector.select(this::selected, TimeUnit.NANOSECONDS.toMillis(wait));
        }
    }

    private void selected(SelectionKey key) {
        arriving |= key.isValid() && key.isAcceptable();
    }

    private void accept() throws IOException {
        for (SocketChannel client = acceptor.accept(); client != null; client = acceptor.accept()) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ProxyLink link = new ProxyLink(client, selector, conditions);
            accepted.incrementAndGet();
            if (down || !link.connect(target)) {
                link.reset();
            } else {
                resetAfter.forEach((way, bytes) -> link.flow(way).resetAfter(bytes));
                links.add(link);
            }
        }
    }
}
