package dev.simurgh.presence;

import dev.simurgh.presence.MessageReader.MalformedException;
import dev.simurgh.presence.PresenceMessage.Ask;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.presence.PresenceMessage.Gone;
import dev.simurgh.presence.PresenceMessage.Hello;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.SerialLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Another node from its start to its end, or until it is forgotten: has what comes from it handled, one message behind the other and never on a thread of the cluster, and asks it for
 * what is missing. Nothing that is lost is waited for: that node says every second how far it is, and is asked again then.
 */
final class Peer {
    /** So much may wait to be handled. What comes then is dropped, and asked for later. */
    static final int MAX_WAITING_BYTES = 8 << 20;

    private static final int MESSAGE_BYTES = 64;
    private static final long PATIENCE_NANOS = Duration.ofMillis(500).toNanos();

    final NodeId id;
    final Copy copy;
    private final Replication replication;
    private final SerialLoop loop;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Whether the cluster lists it, as far as has been heard; written under the lock of {@link Replication}'s peers. */
    volatile boolean connected;

    // Of the loop.
    private final Origin origin;
    private boolean up;
    private boolean gone;
    private long known;
    private boolean asking;
    private long askedAt;
    private @Nullable Ask toAnswer;
    private int ups;

    Peer(NodeId id, Copy copy, Replication replication, SerialLoop loop) {
        this.id = id;
        this.origin = new Origin(id);
        this.copy = copy;
        this.replication = replication;
        this.loop = loop;
    }

    // From any thread.

    void connected() {
        loop.tryExecute(this::up);
    }

    void disconnected() {
        loop.tryExecute(this::down);
    }

    /** Has all that is known of it forgotten, unless it has been connected again meanwhile. */
    void end() {
        loop.tryExecute(this::forget);
    }

    /** Has the copy forgotten if the node is still down as it was then. */
    private void endIfStillDown(int since) {
        loop.tryExecute(() -> {
            if (!up && ups == since) {
                forget();
            }
        });
    }

    void received(byte[] message) {
        int bytes = message.length + MESSAGE_BYTES;
        if (waiting.addAndGet(bytes) > MAX_WAITING_BYTES) {
            waiting.addAndGet(-bytes);
            replication.counts.dropped.increment();
            return;
        }
        Runnable task = () -> {
            waiting.addAndGet(-bytes);
            handle(message);
        };
        if (!loop.tryExecute(task)) {
            waiting.addAndGet(-bytes);
            replication.counts.dropped.increment();
        }
    }

    // On the loop.

    private void up() {
        up = true;
        gone = false;
        ups++;
        known = 0;
        ask();
    }

    private void down() {
        up = false;
        asking = false;
        copy.hide();
        if (gone) {
            forget();
        } else {
            int since = ups;
            replication.later(replication.rememberFor(), () -> endIfStillDown(since));
        }
    }

    private void forget() {
        up = false;
        copy.forget();
        replication.forget(this);
    }

    private void handle(byte[] bytes) {
        if (!up || gone) {
            return; // it is older than what has become of that node
        }
        try {
            PresenceMessage.decode(bytes, origin, replication::knownTopic)
                    .ifPresentOrElse(this::handle, replication.counts.unknown::increment);
        } catch (MalformedException e) {
            replication.malformed(id, e);
        }
        replication.changed(); // somebody of this node may have come back there
    }

    private void handle(PresenceMessage message) {
        if (message instanceof Changes changes) {
            changed(changes.delta());
        } else if (message instanceof Hello hello) {
            toldVersion(hello.version());
        } else if (message instanceof Ask ask) {
            asked(ask);
        } else if (message instanceof Gone) {
            gone = true;
            copy.forget();
        }
    }

    /** It is answered behind all that has come by now, and what it has asked before then need not be. */
    private void asked(Ask ask) {
        boolean waits = toAnswer != null;
        toAnswer = ask;
        if (!waits && !loop.tryExecute(this::answer)) {
            toAnswer = null;
        }
    }

    private void answer() {
        Ask ask = toAnswer;
        toAnswer = null;
        if (ask != null && up) {
            replication.answer(id, ask);
        }
    }

    private void changed(Delta delta) {
        known = Math.max(known, delta.to());
        Ask before = copy.ask();
        if (copy.apply(delta)) {
            boolean moved = !copy.ask().equals(before);
            if (moved || copy.version() >= known) { // else it has come before, and is not what was asked for
                asking = false;
            }
            if (copy.isIncomplete()) {
                replication.outOfRoom(id);
            }
            if (delta.more() && moved) {
                ask();
                return;
            } else if (!delta.more()) {
                copy.show();
            }
        }
        catchUp();
    }

    private void toldVersion(long version) {
        known = Math.max(known, version);
        if (copy.version() == version) {
            copy.show();
        }
        if (copy.isIncomplete()) {
            if (replication.hasRoomFor(copy.missingBytes())) {
                copy.startOver();
            } else {
                replication.forgetRemembered();
            }
        }
        catchUp();
    }

    private void catchUp() {
        if (copy.version() < known && !(asking && replication.nanoTime() - askedAt < PATIENCE_NANOS)) {
            ask();
        }
    }

    private void ask() {
        asking = true;
        askedAt = replication.nanoTime();
        replication.ask(id, copy.ask());
    }

    @Override
    public String toString() {
        return id + " " + (up ? "up" : "down") + " at " + copy.version() + " of " + known;
    }
}
