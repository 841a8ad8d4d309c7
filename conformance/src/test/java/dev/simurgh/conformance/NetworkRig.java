package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.Limits;
import dev.simurgh.transport.WebSocketOptions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;

/** A server, a bad network before it, clients behind that, and the check that all of it was given back. */
final class NetworkRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration IDLE = Duration.ofMillis(600);
    static final Duration CLOSE = Duration.ofMillis(300);

    final EmbeddedServer server;
    final TestProxy proxy;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
    private final List<ReturningClient> clients = new ArrayList<>();
    private final Set<Thread> threadsBefore = Inventory.threads();
    private final long directBytesBefore = Inventory.directBytes();
    private final long descriptorsBefore;
    private boolean stopped;

    /** Clients that are silent for {@link #IDLE} are closed, and have {@link #CLOSE} to answer. */
    static NetworkRig impatient() {
        return new NetworkRig(
                WebSocketOptions.builder().idleTimeout(IDLE).closeTimeout(CLOSE).build());
    }

    /** Nobody is closed for being silent in the time that a test takes. */
    static NetworkRig patient() {
        return new NetworkRig(WebSocketOptions.builder().closeTimeout(CLOSE).build());
    }

    NetworkRig(WebSocketOptions options) {
        this(Limits.defaults(), options);
    }

    NetworkRig(Limits limits, WebSocketOptions options) {
        server = EmbeddedServer.start(limits, options);
        proxy = TestProxy.to(server.server.port());
        // what is opened once stays open: files of classes, selectors
        ReturningClient first = once("room:first");
        awaitUntil(first::joined);
        first.stop();
        awaitNobody();
        awaitUntil(() -> proxy.links() == 0);
        descriptorsBefore = Inventory.descriptors();
    }

    static ConditionFactory awaiting() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
    }

    static void awaitUntil(Callable<Boolean> condition) {
        awaiting().until(condition);
    }

    /** A client behind the proxy, which comes back. */
    ReturningClient client(String... topics) {
        return added(ReturningClient.start(group, proxy.port(), topics));
    }

    /** A client behind another proxy, which comes back. */
    ReturningClient clientBehind(TestProxy other, String... topics) {
        return added(ReturningClient.start(group, other.port(), topics));
    }

    /** A client behind the proxy, which does not come back. */
    ReturningClient once(String... topics) {
        return added(ReturningClient.startOnce(group, proxy.port(), topics));
    }

    /** A client without the proxy. */
    ReturningClient direct(String... topics) {
        return added(ReturningClient.start(group, server.server.port(), topics));
    }

    /** A client without the proxy, whose messages a listener hears on the client's event loop. */
    ReturningClient direct(Consumer<JsonNode> listener, String... topics) {
        return added(ReturningClient.start(group, server.server.port(), listener, topics));
    }

    ReturningClient joined(ReturningClient client) {
        awaitUntil(client::joined);
        return client;
    }

    private ReturningClient added(ReturningClient client) {
        clients.add(client);
        return client;
    }

    /** Waits until the server has let go of everybody. */
    void awaitNobody() {
        awaiting().untilAsserted(() -> assertThat(Inventory.of(server)).isEqualTo(Inventory.NOTHING));
    }

    /** Sends the clients away, and checks that nothing is left of them. */
    void checkNothingLeaks() {
        clients.forEach(ReturningClient::stop);
        awaitNobody();
        proxy.reset();
        awaiting().untilAsserted(() -> assertThat(Inventory.descriptors()).isLessThanOrEqualTo(descriptorsBefore));
    }

    /** Tells that the test has stopped the server, so that there is nobody to ask. */
    void stopped() {
        stopped = true;
    }

    /** Checks that a new client is served at once, and that nothing leaks. */
    @Override
    public void close() {
        try (proxy;
                server) {
            if (!stopped) {
                proxy.heal();
                ReturningClient fresh = joined(client("room:fresh"));
                assertThat(fresh.opened()).isEqualTo(1);
                checkNothingLeaks();
            }
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
        awaiting().untilAsserted(() -> assertThat(Inventory.directBytes()).isLessThanOrEqualTo(directBytesBefore));
        awaiting().untilAsserted(() -> assertThat(threadsBefore).containsAll(Inventory.threads()));
    }
}
