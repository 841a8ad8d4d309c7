package dev.simurgh.channel;

import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of an endpoint: those that are open, and those that have gone but have channels which are still to terminate. A drain
 * waits for both. For any thread; what happens to one connection comes from its event loop, in order.
 */
final class Connections implements ClientConnection.Owner {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<ClientConnection> ending = ConcurrentHashMap.newKeySet();
    private final List<Drain> drains = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();

    Set<ClientConnection> open() {
        return open;
    }

    /** How many bytes of what clients have sent wait for their channels. */
    long waitingBytes() {
        return waitingBytes(open) + waitingBytes(ending);
    }

    private static long waitingBytes(Set<ClientConnection> connections) {
        return connections.stream().mapToLong(ClientConnection::waitingBytes).sum();
    }

    void opened(ClientConnection connection) {
        connection.number = opened.getAndIncrement();
        open.add(connection);
        drains.forEach(drain -> drain.opened(connection));
    }

    @Override
    public void gone(ClientConnection connection) {
        ending.add(connection);
        open.remove(connection);
    }

    @Override
    public void over(ClientConnection connection) {
        open.remove(connection);
        ending.remove(connection);
        drains.forEach(drain -> drain.over(connection));
    }

    /**
     * Has a drain hear of what opens and ends, and gives what is there now, in the order in which it opened. Nothing is missed: what opens
     * meanwhile is told, perhaps twice.
     */
    Collection<ClientConnection> add(Drain drain) {
        drains.add(drain);
        List<ClientConnection> all = new ArrayList<>(open);
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
        endLeftOf(loop, open, ClientConnection::transportClosed);
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
