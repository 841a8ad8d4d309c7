package dev.simurgh.transport.poll;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Utf8;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.loop.TimedLoop;
import dev.simurgh.transport.loop.WheelEntry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One client that comes by long polling: the transport of its connection, its place on the timing wheel, and what has not
 * reached it yet, in one object. On its event loop only.
 *
 * <p>At most one poll waits; a later one takes its place. At most one answer with messages is on its way, and its messages are
 * given up when it is all out: a poll that comes before waits until that is known, and gets what did not get through.
 *
 * <p>How it ends: closed by the channels, or because nobody polls any more. A poll that waits is answered at once then. What still waits
 * is kept for the next poll, for as long as a session lives without one; posts are not taken any more.
 */
final class LongPollSession extends WheelEntry implements Transport {
    static final String NAME = "longpoll";

    private static final Logger log = LoggerFactory.getLogger(LongPollSession.class);

    /** A client that waits for its posts sends no more at once than a few. */
    private static final int MAX_POSTS = 4;

    private static final String TOO_SLOW = "slow consumer";

    private final PollLoop loop;
    private final LongPollTerms terms;
    private final String id;
    private final String peer;
    private final Undelivered undelivered = new Undelivered();
    private @Nullable Connection connection;
    private Seats.@Nullable Seat seat;
    private @Nullable ArrayDeque<Post> posts;
    /** Who waits for messages. */
    private @Nullable Asker parked;
    /** Whose answer, with messages, is on its way. */
    private @Nullable Asker taking;
    /** The tick at which the poll that waits has waited long enough, or the session has without one. */
    private int deadline;

    private boolean closed;
    /** Closed, and nothing waits any more. */
    private boolean over;

    private boolean answerScheduled;
    /** The channels do not keep up, so that nothing is taken from the client. */
    private boolean paused;
    /** The client does not fetch what it asked for, so that nothing is taken from it. */
    private boolean choked;

    LongPollSession(PollLoop loop, LongPollTerms terms, String id, String peer) {
        this.loop = loop;
        this.terms = terms;
        this.id = id;
        this.peer = peer;
    }

    /** Starts; it can be found from now on. */
    void open(Admitted client) {
        seat = client.seat();
        connection = client.open(this);
        loop.events().watch(this, terms.aliveTicks());
        deadline = loop.events().now() + terms.aliveTicks(); // only now: a wheel that was empty had stood still
        loop.sessions().add(this);
    }

    String id() {
        return id;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public EventLoop eventLoop() {
        return loop.events();
    }

    TimedLoop events() {
        return loop.events();
    }

    // What its client asks for.

    /** Gives it the messages that wait, or the next ones. */
    void poll(Asker asker) {
        if (over) {
            asker.answer(PollAnswer.gone());
            return;
        }
        Asker former = parked;
        parked = asker;
        if (former != null) {
            former.answer(PollAnswer.nothing());
        }
        wakeIn(terms.windowTicks());
        if (taking != null) {
            taking.settle();
        } else {
            answer();
        }
    }

    /** The client does not wait any more. */
    void cancel(Asker asker) {
        if (parked == asker) {
            parked = null;
            wakeIn(terms.aliveTicks());
        }
    }

    /** Hears whether an answer with messages has gone out, all of it. */
    void settled(Asker asker, boolean written) {
        if (taking != asker) {
            return;
        }
        taking = null;
        if (written) {
            long before = undelivered.bytes();
            undelivered.delivered(loop.events()::tryExecute); // not from here: what happens then may send more
            loop.fetched(this, before - undelivered.bytes(), !undelivered.isEmpty());
            readOnIfFetched();
        } else {
            undelivered.notDelivered();
        }
        if (parked == null) {
            wakeIn(terms.aliveTicks());
        }
        answer();
    }

    /** Takes messages from it. */
    void post(Post post) {
        if (closed) {
            post.answer(Post.GONE);
            return;
        }
        Connection receiver = connection;
        if (receiver != null && !post.batch().isWellFormed()) {
            Batch.handOnNothing(receiver);
            post.answer(Post.MALFORMED);
            return;
        }
        if (posts == null) {
            posts = new ArrayDeque<>(MAX_POSTS);
        }
        if (posts.size() >= MAX_POSTS) {
            post.answer(Post.NOT_TAKEN);
            return;
        }
        post.deadline(loop.events().now() + terms.windowTicks());
        posts.add(post);
        if (posts.size() == 1) {
            takePosts();
        }
    }

    /** The client of a post does not wait any more: what has not been taken of it, is not. */
    void withdraw(Post post) {
        if (posts != null) {
            posts.remove(post);
        }
    }

    private void takePosts() {
        while (posts != null && !posts.isEmpty() && !closed) {
            Post post = posts.element();
            int status = take(post.batch());
            if (status == 0) {
                lookAgain();
                return;
            }
            if (posts != null) {
                posts.remove(post);
            }
            post.answer(status);
        }
        if (posts != null && posts.isEmpty()) {
            posts = null;
        }
    }

    /** Hands on what may be; 0 if the rest has to wait. */
    private int take(Batch batch) {
        while (batch.hasNext()) {
            Connection receiver = connection;
            if (receiver == null || closed) {
                return Post.GONE;
            }
            if (paused || choked) {
                return 0;
            }
            if (!batch.handOn(receiver)) {
                return Post.MALFORMED;
            }
        }
        return Post.OK;
    }

    // What its channels ask for.

    @Override
    public void send(Frame frame) {
        if (!closed && keep(frame, true) && !choked && undelivered.owedBytes() > terms.maxQueueBytes()) {
            choked = true;
            if (connection != null) {
                connection.clientBehind();
            }
        }
    }

    /** A message longer than the bound is let through if no other waits: else it could never be sent to anybody. */
    private boolean fits(int bytes, int limit) {
        long unasked = undelivered.bytes() - undelivered.owedBytes();
        return unasked == 0 || unasked + bytes + Undelivered.OVERHEAD_BYTES <= limit;
    }

    @Override
    public boolean hasSpareRoom(int bytes) {
        long waiting = undelivered.bytes();
        return !closed && (waiting == 0 || waiting + bytes + Undelivered.OVERHEAD_BYTES <= terms.maxQueueBytes() / 2);
    }

    @Override
    public long queuedBytes() {
        return undelivered.bytes();
    }

    @Override
    public long stalledNanos() {
        // a client that takes something waits for it, or for more; both end when all is fetched
        return undelivered.isEmpty() || parked != null || taking != null
                ? 0
                : loop.events()
                        .nanos(Math.max(
                                0,
                                terms.aliveTicks() - (deadline - loop.events().now())));
    }

    @Override
    public void whenDrained(Runnable callback) {
        if (!closed && !undelivered.whenDelivered(callback)) {
            loop.events().tryExecute(callback);
        }
    }

    @Override
    public void push(Frame frame) {
        if (closed) {
            return;
        }
        if (!fits(frame.length(), terms.maxQueueBytes())) {
            terms.limited().accept(Limit.QUEUE_BYTES);
            tooSlow("{} fetches too little: over {} bytes of pushes and broadcasts wait for it", terms.maxQueueBytes());
        } else {
            keep(frame, false);
        }
    }

    @Override
    public void sendShared(Frame frame) {
        push(frame);
    }

    private boolean keep(Frame frame, boolean owed) {
        if (frame.binary() && !Utf8.isValid(frame.bytes(), 0, frame.length())) {
            terms.dropped().accept(Drop.NO_FORM);
            loop.log()
                    .line(
                            log,
                            Level.WARN,
                            "a binary message to {} is dropped: it is not UTF-8, which is all that JSON, and so long polling, can"
                                    + " carry to a client",
                            this);
            return false;
        }
        long before = undelivered.bytes();
        undelivered.add(frame, owed);
        loop.keeps(this, undelivered.bytes() - before);
        answerSoon();
        return !closed;
    }

    private void readOnIfFetched() {
        if (choked && undelivered.owedBytes() <= terms.maxQueueBytes() / 2) {
            choked = false;
            takePostsSoon();
            if (connection != null) {
                connection.clientCaughtUp();
            }
        }
    }

    /** Hears that too much waits for all clients together, and for this one for longest. */
    void roomNeeded() {
        terms.limited().accept(Limit.LONG_POLL_BYTES);
        tooSlow(
                "{} has to go: too much waits for all long-polling clients together, for it {} bytes",
                undelivered.bytes());
    }

    private void tooSlow(String text, long bytes) {
        loop.log().line(log, Level.INFO, text, this, bytes);
        loop.fetched(this, undelivered.bytes(), false);
        undelivered.discard();
        if (taking != null) {
            taking.cutOff(); // at once: what is on its way is not counted any more
        }
        close(CloseCode.TRY_AGAIN_LATER, TOO_SLOW);
    }

    @Override
    public void close(int code, String reason) {
        if (!closed) {
            closed = true;
            // not from here: this may be in the middle of a broadcast, whose list of subscribers must not change now
            loop.events().tryExecute(() -> {
                tellGone(code, reason);
                refusePosts();
                answer();
            });
        }
    }

    private void refusePosts() {
        ArrayDeque<Post> refused = posts;
        posts = null;
        if (refused != null) {
            refused.forEach(post -> post.answer(Post.GONE));
        }
    }

    private void tellGone(int code, String reason) {
        Connection told = connection;
        if (told != null) {
            connection = null;
            told.transportClosed(code, reason);
        }
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        if (paused) {
            paused = false;
            takePostsSoon();
        }
    }

    private void takePostsSoon() {
        if (posts != null) {
            loop.events().tryExecute(this::takePosts); // not from here: who resumes may be in the middle of something
        }
    }

    // Answers.

    /** Answers the poll that waits at the end of what the loop has to do: with all that has come up by then. */
    private void answerSoon() {
        if (parked != null && taking == null && !answerScheduled) {
            answerScheduled = loop.events().tryExecute(() -> {
                answerScheduled = false;
                answer();
            });
        }
    }

    private void answer() {
        Asker asker = parked;
        if (taking == null && undelivered.isEmpty() && closed) {
            over = true;
            loop.events().unwatch(this);
            gone();
            parked = null;
            if (asker != null) {
                asker.answer(PollAnswer.nothing());
            }
        } else if (taking == null && asker != null && !undelivered.isEmpty()) {
            byte[] messages = undelivered.take(); // first: where there is no room for it, the poll still waits
            parked = null;
            taking = asker;
            asker.answer(PollAnswer.messages(messages));
        }
    }

    // Time.

    private void wakeIn(int ticks) {
        deadline = loop.events().now() + ticks;
        lookAgain();
    }

    private void lookAgain() {
        loop.events().watchAgain(this, Math.max(1, nextLook() - loop.events().now()));
    }

    private int nextLook() {
        return posts == null || posts.isEmpty()
                ? deadline
                : Math.min(deadline, posts.element().deadline());
    }

    @Override
    public int due(int now) {
        while (posts != null && !posts.isEmpty() && posts.element().deadline() - now <= 0) {
            posts.remove().answer(Post.NOT_TAKEN);
        }
        if (deadline - now <= 0) {
            Asker asker = parked;
            if (asker == null && taking == null) {
                expire();
                return 0;
            }
            parked = null;
            deadline = now + terms.aliveTicks();
            if (asker != null) {
                asker.answer(PollAnswer.nothing());
            }
        }
        return Math.max(1, nextLook() - now);
    }

    private void gone() {
        loop.sessions().remove(this);
        if (seat != null) {
            seat.leave();
        }
    }

    private void expire() {
        closed = true;
        over = true;
        gone();
        loop.fetched(this, undelivered.bytes(), false);
        undelivered.discard();
        refusePosts();
        tellGone(CloseCode.GOING_AWAY, "not polled any more");
    }

    /** Returns what it is, for logs. */
    @Override
    public String toString() {
        return NAME + " of " + peer;
    }
}
