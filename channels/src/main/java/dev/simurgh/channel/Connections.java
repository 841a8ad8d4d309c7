package dev.simurgh.channel;

import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of an endpoint: those that are open, and those that have gone but have channels which are still to terminate. A drain
 * waits for both. For any thread; what happens to one connection comes from its event loop, in order.
 */
final class Connections implements ClientConnection.Owner {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    /** By socket and transport; a kind stays when it is empty. */
    private final Map<Kind, Set<ClientConnection>> open = new ConcurrentHashMap<>();

    private final Set<ClientConnection> ending = ConcurrentHashMap.newKeySet();
    private final List<Drain> drains = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final Consumer<Metric> kinds;

    private record Kind(String mount, String transport) {}

    /** @param kinds hears of the count of each kind when there is a first connection of it, or is about to be */
    Connections(Consumer<Metric> kinds) {
        this.kinds = kinds;
    }

    /** Has those of a socket and transport counted from now on, before there is one. */
    void expect(String mount, String transport) {
        open(new Kind(mount, transport));
    }

    private Set<ClientConnection> open(Kind kind) {
        Set<ClientConnection> there = open.get(kind);
        return there == null ? begin(kind) : there;
    }

    private Set<ClientConnection> begin(Kind kind) {
        Set<ClientConnection> made = ConcurrentHashMap.newKeySet();
        Set<ClientConnection> before = open.putIfAbsent(kind, made);
        if (before == null) {
            kinds.accept(EndpointMetrics.connections(kind.mount, kind.transport, made));
        }
        return before == null ? made : before;
    }

    private Set<ClientConnection> open(ClientConnection connection) {
        return open(new Kind(connection.mountPath(), connection.transportName()));
    }

    /** Those that are open, of all kinds. */
    Stream<ClientConnection> open() {
        return open.values().stream().flatMap(Set::stream);
    }

    /** How many are open. */
    int count() {
        int count = 0;
        for (Set<ClientConnection> kind : open.values()) {
            count += kind.size();
        }
        return count;
    }

    /** How many bytes of what clients have sent wait for their channels. */
    long waitingBytes() {
        long bytes = waitingBytes(ending);
        for (Set<ClientConnection> kind : open.values()) {
            bytes += waitingBytes(kind);
        }
        return bytes;
    }

    private static long waitingBytes(Set<ClientConnection> connections) {
        long bytes = 0;
        for (ClientConnection connection : connections) {
            bytes += connection.waitingBytes();
        }
        return bytes;
    }

    void opened(ClientConnection connection) {
        connection.number = opened.getAndIncrement();
        open(connection).add(connection);
        drains.forEach(drain -> drain.opened(connection));
    }

    @Override
    public void gone(ClientConnection connection) {
        ending.add(connection);
        open(connection).remove(connection);
    }

    @Override
    public void over(ClientConnection connection) {
        open(connection).remove(connection);
        ending.remove(connection);
        drains.forEach(drain -> drain.over(connection));
    }

    /**
     * Has a drain hear of what opens and ends, and gives what is there now, in the order in which it opened. Nothing is missed: what opens
     * meanwhile is told, perhaps twice.
     */
    Collection<ClientConnection> add(Drain drain) {
        drains.add(drain);
        List<ClientConnection> all = new ArrayList<>(count());
        open().forEach(all::add);
        all.addAll(ending);
        all.sort(Comparator.comparingInt(connection -> connection.number));
        return all;
    }

    void remove(Drain drain) {
        drains.remove(drain);
    }

    /** Waits no longer for the channels of these: a drain did, for as long as it may. */
    void giveUp(Collection<ClientConnection> overdue) {
        ending.removeAll(overdue);
    }

    /** Ends what an event loop that runs no more has left: it will not hear of its end any other way. */
    void forget(EventLoop loop) {
        open.values().forEach(kind -> endLeftOf(loop, kind, ClientConnection::transportClosed));
        endLeftOf(loop, ending, connection -> {});
    }

    private void endLeftOf(EventLoop loop, Set<ClientConnection> connections, Consumer<ClientConnection> end) {
        for (ClientConnection connection : connections) {
            if (connection.loop() == loop) {
                try {
                    end.accept(connection);
                } catch (Throwable thrown) { // the loop is dead, so some of it may fail
                    log.debug("a connection of a loop that has ended", thrown);
                }
                over(connection);
            }
        }
    }
}
