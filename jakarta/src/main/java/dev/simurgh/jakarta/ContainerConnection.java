package dev.simurgh.jakarta;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.carry.RoundTrip;
import dev.simurgh.transport.carry.WebSocketTerms;
import dev.simurgh.transport.http.OpenRequests;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One client's connection over a container's WebSocket. On its event loop only; what comes in is handed over by {@link Incoming}.
 *
 * <p>How it ends: whoever closes first sends a close frame. If it was this side, the client has {@code closeTimeout} to answer; then the connection is cut.
 * The seat is given back when nothing is left of it.
 */
final class ContainerConnection extends OutgoingQueue implements Transport {
    private static final Logger log = LoggerFactory.getLogger(ContainerConnection.class);

    private static final String TOO_SLOW = "slow consumer";
    private static final String OVER_LIMIT = "{} is closed with {}: {}. If your clients send such, see maxMessageBytes"
            + " of Limits and maxFragments of WebSocketOptions";
    private static final byte[] NOTHING = {};
    /** After a stall of the whole process, what clients sent meanwhile is read within this time. */
    private static final int GRACE_TICKS = 2;
    /** How often it is asked whether a client has answered a close frame. */
    private static final int END_TICKS = 2;

    private enum State {
        OPEN,
        /** A close frame waits behind what is queued, or was sent: the client's is waited for. */
        CLOSING,
        /** Nothing is left of it. */
        ENDED
    }

    /** A message of the client that waits until it may be taken. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Arrival(boolean binary, byte[] bytes) {}

    private final Intake intake;
    private final OpenRequests connections;
    private @Nullable Connection connection;
    private Seats.@Nullable Seat seat;
    private @Nullable RoundTrip roundTrip;
    private @Nullable ArrayDeque<Arrival> aside;
    private State state = State.OPEN;
    /** The tick of the last message; once the state is not {@code OPEN} the tick at which it came to be. */
    private int since;

    /** The channels do not keep up, so the client is not read. */
    private boolean paused;
    /** The client does not take what it asked for, so it is not read. */
    private boolean choked;
    /** Nothing has come since: 0 at least within the interval, 1 a ping, 2 the time to read what came meanwhile. */
    private byte unanswered;
    /** The keep-alive's ping waits for a thread, or for its client to take it. */
    private boolean pinging;
    /** The tick at which the last ping went out. */
    private int pingedAt;

    /** @param connections counts the open ones; this is counted already */
    ContainerConnection(ContainerLoop loop, WebSocketTerms terms, Wire wire, OpenRequests connections) {
        super(loop, terms, wire);
        this.connections = connections;
        this.intake = new Intake(wire);
    }

    /** What has come and waits; for the container's threads, too. */
    Intake intake() {
        return intake;
    }

    /** Starts, once frames can flow. */
    void open(Admitted client) {
        loop().watch(this, terms().pingTicks() == 0 ? terms().idleTicks() : terms().pingTicks());
        since = loop().now();
        seat = client.seat();
        connection = client.open(this);
    }

    /** Ends in place of starting: its client was given up before, and is not counted any more. */
    void abandon() {
        leave(State.ENDED);
        wire().abort();
    }

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public String peer() {
        return wire().peer();
    }

    @Override
    public EventLoop eventLoop() {
        return loop();
    }

    // What goes out.

    @Override
    public void send(Frame frame) {
        if (state == State.OPEN) {
            queue(new Message(frame));
            if (owes(frame.length()) && !choked) {
                choked = true;
                intake.want(false);
                if (connection != null) {
                    connection.clientBehind();
                }
            }
        }
    }

    @Override
    public void push(Frame frame) {
        if (mayQueue(frame.length())) {
            queue(new Message(frame));
        }
    }

    @Override
    public void sendShared(Frame frame) {
        if (mayQueue(frame.length())) {
            queue(shared(frame));
        }
    }

    private boolean mayQueue(int bytes) {
        if (state != State.OPEN) {
            return false;
        }
        if (hasRoom(bytes)) {
            return true;
        }
        terms().limited().accept(Limit.QUEUE_BYTES);
        tooSlow("{} reads too slowly: over {} bytes of pushes and broadcasts wait for it", terms().maxQueueBytes());
        return false;
    }

    @Override
    public boolean hasSpareRoom(int bytes) {
        return state == State.OPEN && hasHalfTheRoom(bytes);
    }

    @Override
    public void whenDrained(Runnable callback) {
        if (state == State.OPEN) {
            behind(() -> loop().tryExecute(callback));
        }
    }

    @Override
    public void roundTrip(LongConsumer nanos) {
        if (state == State.OPEN) {
            RoundTrip begun = new RoundTrip(nanos);
            roundTrip = begun;
            queuePing(begun.content());
        }
    }

    // How the client takes it.

    @Override
    public void moved(boolean caughtUp) {
        super.moved(caughtUp);
        if (choked && (caughtUp || waitingBytes() <= terms().maxQueueBytes() / 2)) {
            choked = false;
            readOn();
            if (connection != null) {
                connection.clientCaughtUp();
            }
        }
    }

    @Override
    public void standsStill() {
        if (state == State.OPEN) {
            tooSlow("{} does not read: it has taken nothing of {} bytes for too long", waitingBytes());
        }
    }

    @Override
    public void roomNeeded() {
        terms().limited().accept(Limit.QUEUED_BYTES);
        tooSlow("{} has to go: too much waits for all clients together, for it {} bytes", waitingBytes());
    }

    private void tooSlow(String text, long bytes) {
        loopOf().log().line(log, Level.INFO, text, peer(), bytes);
        discard();
        close(CloseCode.TRY_AGAIN_LATER, TOO_SLOW);
        // not from here: this may be in the middle of a broadcast, whose list of subscribers must not change now
        loop().tryExecute(() -> tellGone(CloseCode.TRY_AGAIN_LATER, TOO_SLOW));
    }

    @Override
    void sendingFailed(Throwable cause) {
        log.debug("{} lost: {}", peer(), cause.toString());
        if (state != State.ENDED) {
            wire().abort();
            ended();
        }
    }

    // What comes in.

    @Override
    public void pauseReading() {
        if (state == State.OPEN) {
            paused = true;
            since = loop().now();
            intake.want(false);
        }
    }

    @Override
    public void resumeReading() {
        if (paused) {
            paused = false;
            readOn();
        }
    }

    private void readOn() {
        if (!paused && !choked) {
            since = loop().now();
            intake.want(true);
            if (aside != null) {
                loop().tryExecute(this::takeAside); // not from here: who resumes may be in the middle of something
            }
        }
    }

    /** Takes a message; the array is the receiver's. */
    void messageReceived(boolean binary, byte[] bytes) {
        if (state != State.OPEN) {
            intake.taken(bytes.length);
            return;
        }
        since = loop().now();
        if (paused || choked || aside != null) {
            ArrayDeque<Arrival> waiting = aside == null ? new ArrayDeque<>() : aside;
            aside = waiting;
            waiting.add(new Arrival(binary, bytes));
        } else {
            take(binary, bytes);
        }
    }

    private void takeAside() {
        while (!paused && !choked && takeOneAside()) {
            // on to the next
        }
    }

    private boolean takeOneAside() {
        ArrayDeque<Arrival> waiting = aside;
        if (waiting == null) {
            return false;
        }
        Arrival first = waiting.poll();
        if (waiting.isEmpty()) {
            aside = null;
        }
        if (first != null) {
            take(first.binary(), first.bytes());
        }
        return true;
    }

    private void take(boolean binary, byte[] bytes) {
        intake.taken(bytes.length);
        Connection receiver = connection;
        if (receiver == null) {
            return;
        }
        try {
            if (binary) {
                receiver.binaryReceived(bytes, 0, bytes.length);
            } else {
                receiver.textReceived(bytes, 0, bytes.length);
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    private void failed(Throwable cause) {
        loopOf().log().failure(log, cause, "{} failed; its connection is closed", peer());
        end(CloseCode.INTERNAL_ERROR, "");
    }

    void pongReceived(byte[] content) {
        intake.taken(content.length);
        if (state == State.OPEN) {
            since = loop().now();
        }
        RoundTrip begun = roundTrip;
        if (begun != null && begun.isAnsweredBy(content)) {
            roundTrip = null;
            begun.end();
        }
        if (connection != null) {
            connection.controlReceived(content.length);
        }
    }

    /** The client has sent more than it may in one message, or a message in too many pieces. */
    void violated(int code, String reason) {
        terms().limited().accept(code == CloseCode.TOO_BIG ? Limit.MESSAGE_BYTES : Limit.FRAGMENTS);
        loopOf().log().line(log, Level.WARN, OVER_LIMIT, peer(), code, reason);
        end(code, reason);
    }

    /** More came than may wait, and the container does not stop reading. */
    void overflowed() {
        loopOf().log()
                .line(
                        log,
                        Level.INFO,
                        "{} sends faster than its channels take it, and is closed: over {} bytes wait",
                        peer(),
                        Intake.MOST);
        end(CloseCode.TRY_AGAIN_LATER, "busy");
    }

    private void end(int code, String reason) {
        close(code, reason);
        tellGone(code, reason);
    }

    // How it ends.

    @Override
    public void close(int code, String reason) {
        if (state == State.OPEN) {
            leave(State.CLOSING);
            queueClose(code, reason);
            loop().watchAgain(this, END_TICKS);
        }
    }

    private void leave(State next) {
        state = next;
        since = loop().now();
        paused = false;
        choked = false;
        while (takeNothing()) {
            // what waited is of no interest any more
        }
        intake.want(true); // its close frame is behind all that
    }

    private boolean takeNothing() {
        Arrival first = aside == null ? null : aside.poll();
        if (first == null) {
            aside = null;
            return false;
        }
        intake.taken(first.bytes().length);
        return true;
    }

    @Override
    public int due(int now) {
        if (state != State.OPEN) {
            return closing(now);
        }
        if (choked || (connection != null && connection.isHeldToItsRate())) {
            since = now; // judged by what it takes, or by how much it sends
        }
        int silent = now - since;
        int left = terms().idleTicks() - silent;
        if (left > 0) {
            int interval = terms().pingTicks();
            return interval == 0 ? left : Math.min(left, ping(silent, interval));
        }
        return paused ? giveUp(CloseCode.TRY_AGAIN_LATER, "busy") : giveUp(CloseCode.GOING_AWAY, "idle");
    }

    private int closing(int now) {
        int left = terms().closeTicks() - (now - since);
        if (state == State.CLOSING && left > 0 && !wire().hasEnded()) {
            return Math.min(left, END_TICKS);
        }
        if (state == State.CLOSING) {
            wire().abort();
            ended();
        }
        return 0;
    }

    /** Pings a silent client, or gives it up. Returns in how many ticks to look again. */
    private int ping(int silent, int interval) {
        if (silent < interval) {
            unanswered = 0;
            return interval - silent;
        }
        if (paused || isBehind() || pinging) {
            return interval; // the pong would not be read, or the ping not reach it before what waits
        }
        if (unanswered == 0 || since - pingedAt >= 0) {
            unanswered = 1;
            pinging = true;
            pingedAt = loop().now();
            queuePing(NOTHING);
            return interval;
        }
        int left = interval - (loop().now() - pingedAt);
        if (left > 0) {
            return left;
        }
        if (unanswered == 1) {
            unanswered = 2;
            return GRACE_TICKS;
        }
        return giveUp(CloseCode.GOING_AWAY, "no pong");
    }

    @Override
    void pinged() {
        pinging = false;
        pingedAt = loop().now();
    }

    private int giveUp(int code, String reason) {
        end(code, reason);
        return END_TICKS;
    }

    /** The connection has ended, by a close frame of the client or without one. Harmless when repeated. */
    void gone(int code, String reason) {
        if (state == State.OPEN) {
            while (takeOneAside()) {
                // what it said before it left, while it was not read
            }
            tellGone(code, reason);
        }
        ended();
    }

    private void ended() {
        if (state != State.ENDED) {
            leave(State.ENDED);
            loop().unwatch(this);
            letGo();
            Seats.Seat taken = seat;
            if (taken != null) {
                taken.leave();
            }
            connections.ended();
            tellGone(CloseCode.BROKEN, "");
        }
    }

    private void tellGone(int code, String reason) {
        Connection told = connection;
        if (told != null) {
            connection = null;
            told.transportClosed(code, reason);
        }
    }
}
