package dev.simurgh.channel;

import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.channel.spi.FrameListener;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.History;
import dev.simurgh.channel.spi.LoopView;
import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.Subscriber;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What an endpoint is for those that stand behind it. */
final class EndpointBackstage implements Backstage {
    private final Endpoint endpoint;
    private volatile Map<String, SocketMount> mounts = Map.of();

    EndpointBackstage(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    void mountAll(Map<String, SocketSpec> sockets) {
        Map<String, SocketMount> all = new LinkedHashMap<>();
        sockets.forEach((path, spec) -> all.put(path, mount(path, spec)));
        mounts = all;
    }

    @Override
    public Optional<SocketMount> mount(String path) {
        return Optional.ofNullable(mounts.get(path));
    }

    @Override
    public List<SocketMount> mounts() {
        return List.copyOf(mounts.values());
    }

    @Override
    public ClientLog clientLog() {
        return endpoint.clientLog();
    }

    @Override
    public void limited(String mountPath, String transport, Limit limit) {
        endpoint.environment().limited(mountPath, transport, limit);
    }

    @Override
    public void dropped(EndpointListener.Drop kind) {
        endpoint.environment().dropped(kind);
    }

    @Override
    public CompletableFuture<DrainReport> drain(Predicate<Transport> which) {
        return endpoint.drain(which);
    }

    @Override
    public void forget(EventLoop loop) {
        endpoint.forget(loop);
    }

    @Override
    public void keepWith(History history) {
        endpoint.keepWith(history);
    }

    @Override
    public Broadcast toBroadcast(String topic, String event, Object payload) {
        return endpoint.toBroadcast(topic, event, payload);
    }

    @Override
    public Broadcast toBroadcast(Socket socket, String event, Object payload) {
        return socket.side().toBroadcast(event, payload);
    }

    @Override
    public Subscriber subscriber(Socket socket) {
        return socket.side().subscriber();
    }

    @Override
    public Optional<Backlog> offer(Socket socket, String event, Object payload) {
        return socket.side().offer(event, payload);
    }

    @Override
    public boolean keeps(String topic) {
        return endpoint.environment().history(topic) != null;
    }

    @Override
    public void afterJoin(Socket socket, Runnable task) {
        socket.side().afterJoin(task);
    }

    @Override
    public void atEnd(Socket socket, Consumer<StopReason> task) {
        SocketSide side = socket.side();
        side.atEnd(() -> task.accept(side.stopReason()));
    }

    @Override
    public Runnable addMetrics(List<Metric> metrics) {
        return endpoint.metrics().add(metrics);
    }

    @Override
    public List<Metric> metrics() {
        return endpoint.metrics().all();
    }

    @Override
    public Runnable listen(MetricListener listener) {
        return endpoint.metrics().listen(listener);
    }

    @Override
    public Map<String, String> about(String topic) {
        return endpoint.about(topic);
    }

    @Override
    public void eachConnection(Consumer<ConnectionView> look) {
        endpoint.connections().open().forEach(look);
    }

    @Override
    public List<LoopView> loops() {
        return endpoint.environment().loops();
    }

    @Override
    public Runnable tap(String topic, FrameListener listener) {
        return endpoint.environment().taps().add(topic, listener);
    }

    @Override
    public String shown(Payload payload) {
        return endpoint.environment().filter().show(payload);
    }

    @Override
    public SocketMount mount(String path, SocketSpec spec) {
        return new Mount(endpoint, path, spec);
    }

    @Override
    public Handshake.Accepted accept(SocketMount mount, Serializer serializer, Assigns assigns, Optional<String> id) {
        return new AcceptedClient(
                (Mount) mount,
                serializer,
                assigns,
                id,
                Optional.empty(),
                null,
                endpoint.disconnects().count(),
                outcome -> endpoint.listener().connected(mount.path(), "test", outcome, 0));
    }

    @Override
    public boolean inspect(Connection connection, String topic, BiConsumer<Object, Socket> look) {
        return ((ClientConnection) connection).inspect(topic, look);
    }

    @Override
    public void close(Runnable settle) {
        endpoint.closeAfter(drained -> settle.run());
    }
}
