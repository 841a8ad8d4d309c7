package dev.simurgh.channel;

import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A join that waits until the earlier one of its topic has ended, with what its client sends behind it. One waits for each topic at most:
 * a newer join takes its place. It is not run before its turn, so that it costs no thread, and the intake counts it. On the event loop.
 */
final class Succession {
    /** The channel of the join, once it has its turn. */
    interface Heir {
        /** Takes a message that has waited behind the join, and is counted. */
        void waited(Message message);

        void inspect(BiConsumer<Object, Socket> look);
    }

    private final Line line;
    private final Runnable cancelPatience;
    private final List<Consumer<Heir>> behind = new ArrayList<>();
    private Message join;
    private Route route;
    private int waitingBytes;

    /**
     * @param join already counted by the line's intake
     * @param cancelPatience ends the wait for a predecessor that hangs
     */
    Succession(Line line, Message join, Route route, Runnable cancelPatience) {
        this.line = line;
        this.join = join;
        this.route = route;
        this.cancelPatience = cancelPatience;
    }

    Message join() {
        return join;
    }

    Route route() {
        return route;
    }

    /** Puts a newer join in the place of the one that waits, and drops what was behind that. */
    void replaceBy(Message newer, Route newRoute) {
        drop();
        join = newer;
        route = newRoute;
    }

    /**
     * Has a message of the client wait behind the join; one that is meant for an earlier join is dropped.
     *
     * @return false if too much waits already
     */
    boolean received(Message message) {
        if (!message.joinRef().isNone() && !message.joinRef().equals(join.joinRef())) {
            return true;
        }
        int cost = Intake.cost(message);
        int most = line.limits().maxMailboxBytes();
        boolean leaves = message.event().equals(Protocol.PHX_LEAVE);
        if (!leaves && waitingBytes > 0 && waitingBytes + cost > most) {
            return false;
        }
        waitingBytes += cost;
        line.intake().queued(cost);
        behind.add(channel -> channel.waited(message));
        return true;
    }

    void add(Consumer<Heir> item) {
        behind.add(item);
    }

    /** Hands what waits behind the join to its channel. */
    void handOver(Heir channel) {
        cancelPatience.run();
        behind.forEach(item -> item.accept(channel));
    }

    /** Lets the join go unanswered, as its connection has gone or it has been answered otherwise. */
    void cancel() {
        cancelPatience.run();
        drop();
    }

    private void drop() {
        line.intake().done(Intake.cost(join) + waitingBytes);
        waitingBytes = 0;
        behind.clear();
    }
}
