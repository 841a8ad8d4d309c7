package dev.simurgh.transport.poll;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.loop.TimedLoop;
import dev.simurgh.transport.loop.WheelEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests for this server's sessions that came in on other nodes. A session has one poll that waits, one whose answer is on its way,
 * and a few posts, so these are as few. For any thread; each visitor on its session's event loop.
 */
final class Visitors {
    /** The other node has to say within this time that an answer has gone out: the minute that a client may take for it, and a little. */
    private static final int SETTLE_TICKS = IdleWheel.ticks(Duration.ofSeconds(65));

    /** And within this time if the client asks for more meanwhile. */
    private static final int SETTLE_NOW_TICKS = IdleWheel.ticks(Duration.ofSeconds(2));

    /** Sends a message to a server. */
    interface Sender {
        boolean send(NodeId to, String server, ForwardMessage message);
    }

    private record Key(NodeId from, long request) {}

    private final LongPollSessions sessions;
    private final Sender sender;
    private final Map<Key, Visitor> here = new ConcurrentHashMap<>();

    Visitors(LongPollSessions sessions, Sender sender) {
        this.sessions = sessions;
        this.sender = sender;
    }

    void received(NodeId from, ForwardMessage message) {
        if (message instanceof ForwardMessage.Poll poll) {
            visit(new Key(from, poll.request()), poll.home(), poll.session(), Optional.empty());
        } else if (message instanceof ForwardMessage.Messages post) {
            visit(
                    new Key(from, post.request()),
                    post.home(),
                    post.session(),
                    Optional.of(new Batch(post.body(), post.inLines())));
        } else if (message instanceof ForwardMessage.Cancel) {
            leave(new Key(from, message.request()), false);
        } else if (message instanceof ForwardMessage.Settled settled) {
            leave(new Key(from, message.request()), settled.written());
        }
    }

    private void visit(Key key, String home, String id, Optional<Batch> batch) {
        Optional<LongPollSession> session = sessions.find(id);
        boolean taken = session.isPresent() && visit(key, home, session.get(), batch);
        if (!taken) {
            here.remove(key);
            sender.send(key.from(), home, new ForwardMessage.Answer(key.request(), PollAnswer.GONE, new byte[0]));
        }
    }

    private boolean visit(Key key, String home, LongPollSession session, Optional<Batch> batch) {
        Visitor visitor = new Visitor(key, home, session, batch);
        here.put(key, visitor);
        return session.eventLoop().tryExecute(visitor::ask);
    }

    private void leave(Key key, boolean written) {
        Visitor visitor = here.remove(key);
        if (visitor != null) {
            visitor.session.eventLoop().tryExecute(() -> visitor.leave(written));
        }
    }

    /** A node has gone: what it did not say to have gone out has not. */
    void gone(NodeId node) {
        List.copyOf(here.keySet()).stream()
                .filter(key -> key.from().equals(node))
                .forEach(key -> leave(key, false));
    }

    /** One request that came in on another node. */
    private final class Visitor extends WheelEntry implements Asker {
        private final Key key;
        private final String home;
        private final LongPollSession session;
        private final @Nullable Post post;
        private boolean answered;
        /** The tick until which it has to be said what has become of the answer. */
        private int settleBy;

        Visitor(Key key, String home, LongPollSession session, Optional<Batch> batch) {
            this.key = key;
            this.home = home;
            this.session = session;
            this.post = batch.map(messages -> new Post(messages, status -> end(status, new byte[0])))
                    .orElse(null);
        }

        void ask() {
            if (here.get(key) != this) {
                return; // it has been withdrawn already
            }
            if (post != null) {
                session.post(post);
            } else {
                session.poll(this);
            }
            if (!answered) {
                say(new ForwardMessage.Found(key.request()));
            }
        }

        private boolean say(ForwardMessage message) {
            return sender.send(key.from(), home, message);
        }

        private void end(int status, byte[] messages) {
            answered = true;
            here.remove(key);
            say(new ForwardMessage.Answer(key.request(), status, messages));
        }

        @Override
        public void answer(PollAnswer answer) {
            if (answer.status() != PollAnswer.OK) {
                end(answer.status(), new byte[0]);
                return;
            }
            answered = true;
            settleBy = loop().now() + SETTLE_TICKS;
            loop().watch(this, SETTLE_TICKS);
            if (!say(new ForwardMessage.Answer(key.request(), answer.status(), answer.messages()))) {
                here.remove(key);
                loop().tryExecute(() -> leave(false)); // not from here: the session is in the middle of its answer
            }
        }

        @Override
        public void settle() {
            // not later than said before: a client may ask more often than that
            settleBy = Math.min(settleBy, loop().now() + SETTLE_NOW_TICKS);
            loop().watchAgain(this, Math.max(1, settleBy - loop().now()));
            say(new ForwardMessage.Settle(key.request()));
        }

        /** What is held of it is held by the other node, which has a bound of its own. */
        @Override
        public void cutOff() {
            settle();
        }

        void leave(boolean written) {
            loop().unwatch(this);
            if (post != null) {
                session.withdraw(post);
            } else {
                session.cancel(this);
                session.settled(this, written);
            }
        }

        @Override
        public int due(int now) {
            if (settleBy - now > 0) {
                return settleBy - now;
            }
            here.remove(key);
            session.settled(this, false);
            return 0;
        }

        private TimedLoop loop() {
            return session.events();
        }
    }
}
