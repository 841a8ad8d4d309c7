package dev.simurgh.transport.poll;

import dev.simurgh.pubsub.NodeId;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The desk of a session on another node, for one request: what the request says goes there as messages between nodes, and so comes what
 * is answered. A message between nodes may be lost, and is not sent again: who waits here gives up after a while, and the session keeps
 * what it was not told to have gone out.
 */
final class RemoteDesk implements Desk {
    private enum State {
        ASKED,
        ANSWERED,
        OVER
    }

    private final Forwarding forwarding;
    private final NodeId owner;
    private final String session;
    private final long request;
    private final Transit transit;
    private final Runnable whenTooMuch;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKED);
    private volatile Runnable whenFound = () -> {};
    private volatile @Nullable Asker asker;
    private volatile @Nullable Post post;

    /**
     * Makes one.
     *
     * @param request its number on this node
     * @param whenTooMuch runs if its answer is cut off for want of room
     */
    RemoteDesk(
            Forwarding forwarding, NodeId owner, String session, long request, Transit transit, Runnable whenTooMuch) {
        this.forwarding = forwarding;
        this.owner = owner;
        this.session = session;
        this.request = request;
        this.transit = transit;
        this.whenTooMuch = whenTooMuch;
    }

    NodeId owner() {
        return owner;
    }

    @Override
    public boolean isElsewhere() {
        return true;
    }

    @Override
    public void ifFound(Runnable task) {
        whenFound = task;
    }

    @Override
    public void poll(Asker polling) {
        asker = polling;
        ask(new ForwardMessage.Poll(request, forwarding.home(), session));
    }

    @Override
    public void post(Post posted) {
        post = posted;
        Batch batch = posted.batch();
        ask(new ForwardMessage.Messages(request, forwarding.home(), session, batch.inLines(), batch.body()));
    }

    private void ask(ForwardMessage question) {
        if (!forwarding.expect(request, this)) {
            release();
        }
        if (state.get() == State.ASKED && !tell(question)) {
            lost();
        }
    }

    private boolean tell(ForwardMessage message) {
        return forwarding.send(owner, LongPollSessions.home(session), message);
    }

    @Override
    public void cancel(Asker polling) {
        giveUp();
    }

    @Override
    public void withdraw(Post posted) {
        giveUp();
    }

    private void giveUp() {
        if (state.compareAndSet(State.ASKED, State.OVER)) {
            forwarding.expectNoMore(request);
            tell(new ForwardMessage.Cancel(request));
        }
    }

    @Override
    public void settled(Asker polling, boolean written) {
        if (state.compareAndSet(State.ANSWERED, State.OVER)) {
            forwarding.expectNoMore(request);
            transit.end(this);
            tell(new ForwardMessage.Settled(request, written));
        }
    }

    // What comes back.

    void found() {
        if (state.get() == State.ASKED) {
            whenFound.run();
        }
    }

    void answered(int status, byte[] messages) {
        Asker polling = asker;
        if (polling == null || status != PollAnswer.OK) {
            end(status);
        } else if (state.compareAndSet(State.ASKED, State.ANSWERED)) {
            transit.begin(this, messages.length).forEach(RemoteDesk::roomNeeded);
            polling.answer(PollAnswer.messages(messages));
        }
    }

    /** Too much is on its way for sessions elsewhere, this for longest. */
    private void roomNeeded() {
        whenTooMuch.run();
        Asker polling = asker;
        if (polling != null && state.get() == State.ANSWERED) {
            polling.cutOff();
        }
    }

    /** The session wants to know what has become of the answer. */
    void settle() {
        Asker polling = asker;
        if (polling != null && state.get() == State.ANSWERED) {
            polling.settle();
        }
    }

    /** The other node has gone, or takes nothing: to the client, its session has. */
    void lost() {
        end(PollAnswer.GONE);
    }

    /** This node stops: a poll has its end, as after the window. A post is still answered. */
    void release() {
        Asker polling = asker;
        if (polling != null && state.compareAndSet(State.ASKED, State.OVER)) {
            forwarding.expectNoMore(request);
            tell(new ForwardMessage.Cancel(request));
            polling.answer(PollAnswer.nothing());
        }
    }

    private void end(int status) {
        forwarding.expectNoMore(request);
        transit.end(this);
        if (state.getAndSet(State.OVER) != State.ASKED) {
            return;
        }
        Asker polling = asker;
        Post posted = post;
        if (polling != null) {
            polling.answer(status == PollAnswer.NOTHING ? PollAnswer.nothing() : PollAnswer.gone());
        } else if (posted != null) {
            posted.answer(status);
        }
    }
}
