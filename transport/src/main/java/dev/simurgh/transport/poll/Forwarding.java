package dev.simurgh.transport.poll;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.transport.poll.SessionTokens.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Any node of a cluster serves any client's requests: a session stays on the node that made it, and what is asked for elsewhere is said to
 * it in messages between nodes. This is what waits here for others' sessions; {@link Visitors} has what waits elsewhere for sessions of
 * this server. For any thread.
 *
 * <p>A node that goes is heard of at once, and whoever waits for one of its sessions is told that it is gone. Both sides hold one small
 * object for each request, so as many as there are requests.
 */
public final class Forwarding implements NodeListener, AutoCloseable {
    /** The sessions of all servers of this process, by their names: several may share a node. */
    private static final Map<String, LongPollSessions> SERVERS = new ConcurrentHashMap<>();

    /** Requests of all servers of a process have numbers of their own. */
    private static final AtomicLong REQUESTS = new AtomicLong();

    private final Node node;
    private final String home;
    private final Visitors visitors;
    private final Transit transit;
    private final Fragments fragments = new Fragments();
    private final Set<NodeId> others = ConcurrentHashMap.newKeySet();
    private final Map<Long, RemoteDesk> waiting = new ConcurrentHashMap<>();
    private volatile boolean released;

    /**
     * Starts: this server's sessions can be asked for by other nodes from now on.
     *
     * @param maxBytes how much may be on its way here from sessions on other nodes to their clients
     */
    public Forwarding(Node node, LongPollSessions sessions, long maxBytes) {
        this.node = node;
        this.transit = new Transit(maxBytes);
        this.home = sessions.home();
        SERVERS.put(home, sessions);
        this.visitors = new Visitors(sessions, this::send);
        node.addListener(this);
        others.addAll(node.others());
        node.addHandler(kind(home), this::received);
    }

    /** What the messages to one server are known by among all between nodes. */
    private static String kind(String home) {
        return "longpoll/" + home;
    }

    String home() {
        return home;
    }

    NodeId self() {
        return node.id();
    }

    /** A session of this node, be it of another of its servers. */
    Optional<LongPollSession> onThisNode(String session) {
        return Optional.ofNullable(SERVERS.get(LongPollSessions.home(session))).flatMap(all -> all.find(session));
    }

    /**
     * The desk of a session on another node, for one request; empty if that node is not there.
     *
     * @param whenTooMuch runs if its answer is cut off for want of room
     */
    Optional<Desk> desk(Place place, Runnable whenTooMuch) {
        return others.contains(place.node())
                ? Optional.of(new RemoteDesk(
                        this, place.node(), place.id(), REQUESTS.incrementAndGet(), transit, whenTooMuch))
                : Optional.empty();
    }

    /** How much is on its way here from sessions on other nodes to their clients. */
    public long bytes() {
        return transit.bytes();
    }

    /** Has a request wait for what the session's node says; false if nobody may wait here any more. */
    boolean expect(long request, RemoteDesk desk) {
        waiting.put(request, desk);
        return !released;
    }

    void expectNoMore(long request) {
        waiting.remove(request);
    }

    /** Sends a message to a server; false if its node is not there, or takes no more. */
    boolean send(NodeId to, String server, ForwardMessage message) {
        return fragments.send(message.encode(), bytes -> node.send(to, kind(server), bytes));
    }

    private void received(NodeId from, byte[] bytes) {
        fragments.received(from, bytes).flatMap(ForwardMessage::decode).ifPresent(message -> received(from, message));
    }

    private void received(NodeId from, ForwardMessage message) {
        RemoteDesk desk = waiting.get(message.request());
        if (message instanceof ForwardMessage.Answer answer) {
            if (desk != null && desk.owner().equals(from)) {
                desk.answered(answer.status(), answer.messages());
            } // else its client has gone, and the session was told so
        } else if (message instanceof ForwardMessage.Found) {
            if (desk != null) {
                desk.found();
            }
        } else if (message instanceof ForwardMessage.Settle) {
            if (desk != null) {
                desk.settle();
            }
        } else {
            visitors.received(from, message);
        }
    }

    @Override
    public void nodeUp(NodeId up) {
        others.add(up);
    }

    @Override
    public void nodeDown(NodeId down) {
        others.remove(down);
        fragments.forget(down);
        visitors.gone(down);
        List.copyOf(waiting.values()).stream()
                .filter(desk -> desk.owner().equals(down))
                .forEach(RemoteDesk::lost);
    }

    /**
     * Lets go of all polls that wait here for sessions elsewhere, now and from now on: this server stops, and their clients find their
     * sessions by way of another.
     */
    public void release() {
        released = true;
        List.copyOf(waiting.values()).forEach(RemoteDesk::release);
    }

    /** Stops: nothing is taken from other nodes any more. */
    @Override
    public void close() {
        SERVERS.remove(home);
        node.removeHandler(kind(home));
        node.removeListener(this);
    }
}
