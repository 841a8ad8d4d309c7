package dev.simurgh.netty;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.carry.CloseFrames;
import dev.simurgh.transport.carry.RoundTrip;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One WebSocket connection: the only handler of its pipeline, its transport, its place on the timing wheel, and its
 * state, in one object. On its event loop only.
 *
 * <p>How it ends: whoever closes first sends a close frame. If it was the server, the client has {@code closeTimeout}
 * to answer; if it was the client, it gets its answer; either way the server then closes the TCP connection. A client
 * that broke the protocol is not listened to any more: its input is thrown away until it hangs up, since closing with
 * input unread would take the close frame from it (a TCP reset overtakes what is queued).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7">RFC 6455, section 7</a>
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
sealed class WebSocketConnection extends FrameQueue implements Transport permits DeflatingConnection {
    private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

    private static final String TOO_SLOW = "slow consumer";
    private static final String VIOLATION = "{} breaks the WebSocket protocol and is closed with {}: {}";
    private static final String OVER_LIMIT = "{} is closed with {}: {}. If your clients send such, see maxMessageBytes"
            + " of Limits, maxFragments and maxInflationRatio of WebSocketOptions";
    private static final byte[] NOTHING = {};
    /** After a stall of the whole process, what clients sent meanwhile is read within this time. */
    private static final int GRACE_TICKS = 2;

    private enum State {
        OPEN,
        /** We sent a close frame, and wait for the client's. */
        CLOSING,
        /** The client's close frame is here, or nothing it says matters any more; what is queued still goes out. */
        ENDING
    }

    private @Nullable Connection connection;
    private Seats.@Nullable Seat seat;
    private @Nullable RoundTrip roundTrip; // while somebody measures it
    private State state = State.OPEN;
    /** The tick of the last read; once the state is not {@code OPEN} the tick at which it came to be. */
    private int since;

    /** The channels do not keep up, so the client is not read. */
    private boolean paused;
    /** The client does not take what it asked for, so it is not read. */
    private boolean choked;
    /** Nothing has been read since: 0 at least within the interval, 1 a ping, 2 the time to read what came meanwhile. */
    private byte unanswered;

    WebSocketConnection(FrameLoop frames, WebSocketTerms terms) {
        super(frames, terms);
    }

    /** Starts, once this is in the pipeline and the answer to the handshake is queued. */
    void open(Admitted client) {
        loop().watch(this, terms().pingTicks() == 0 ? terms().idleTicks() : terms().pingTicks());
        since = loop().now();
        seat = client.seat();
        connection = client.open(this);
    }

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public String peer() {
        return String.valueOf(context().channel().remoteAddress());
    }

    @Override
    public EventLoop eventLoop() {
        return loop();
    }

    @Override
    public void send(Frame frame) {
        if (state == State.OPEN) {
            queueOwn(frame);
            owed(frame.length());
        }
    }

    private void owed(int bytes) {
        if (owes(bytes) && !choked) {
            choked = true;
            stopReading();
            if (connection != null) {
                connection.clientBehind();
            }
        }
    }

    @Override
    public void push(Frame frame) {
        if (mayQueue(frame.length())) {
            queueOwn(frame);
        }
    }

    @Override
    public void sendShared(Frame frame) {
        if (mayQueue(frame.length())) {
            queueShared(frame);
        }
    }

    @Override
    public boolean hasSpareRoom(int bytes) {
        return state == State.OPEN && hasHalfTheRoom(bytes);
    }

    @Override
    public void whenDrained(Runnable callback) {
        if (state == State.OPEN) {
            // as a task: what is with the kernel already is told of at once
            flushThen(flushed -> loop().tryExecute(callback));
        }
    }

    @Override
    public void roundTrip(LongConsumer nanos) {
        if (state == State.OPEN) {
            RoundTrip begun = new RoundTrip(nanos);
            roundTrip = begun;
            queue(FrameWriter.PING, begun.content());
        }
    }

    @Override
    void pongReceived(byte[] content) {
        RoundTrip begun = roundTrip;
        if (begun != null && begun.isAnsweredBy(content)) {
            roundTrip = null;
            begun.end();
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

    private void tooSlow(String text, long bytes) {
        frames().log().line(log, Level.INFO, text, context().channel(), bytes);
        discard();
        close(CloseCode.TRY_AGAIN_LATER, TOO_SLOW);
        // not from here: this may be in the middle of a broadcast, whose list of subscribers must not change now
        loop().tryExecute(() -> tellGone(CloseCode.TRY_AGAIN_LATER, TOO_SLOW));
    }

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
        if (state == State.OPEN && maySendLess()) {
            tooSlow("{} has to go: too much waits for all clients together, for it {} bytes", waitingBytes());
        } else {
            abort();
        }
    }

    @Override
    public void close(int code, String reason) {
        if (state == State.OPEN) {
            queue(FrameWriter.CLOSE, FrameWriter.closeContent(code, reason));
            ignoreMessages();
            leave(State.CLOSING);
        }
    }

    @Override
    public void pauseReading() {
        if (state == State.OPEN) {
            paused = true;
            since = loop().now();
            stopReading();
        }
    }

    @Override
    public void resumeReading() {
        if (paused) {
            paused = false;
            readOn();
        }
    }

    /** Once the client has gone, what it said before is taken apart whatever it costs. */
    private void stopReading() {
        if (context().channel().isActive()) {
            hold();
            context().channel().config().setAutoRead(false);
        }
    }

    private void readOn() {
        if (paused || choked || !isHeld()) {
            return;
        }
        letGo();
        since = loop().now();
        if (hasRest()) {
            loop().tryExecute(this::readRest); // not from here: who resumes may be in the middle of something
        } else {
            context().channel().config().setAutoRead(true);
        }
    }

    private void readRest() {
        readWhatWaits();
        if (!isHeld() && context().channel().isActive()) {
            context().channel().config().setAutoRead(true);
        }
    }

    /** What is thrown here is told to nobody else: it comes from no read of the network's. */
    private void readWhatWaits() {
        try {
            readAgain();
        } catch (Throwable thrown) {
            exceptionCaught(context(), thrown);
        }
    }

    @Override
    void overflowed() {
        context().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        if (state == State.OPEN) {
            since = loop().now();
        }
        super.channelRead(ctx, data);
    }

    @Override
    void messageReceived(boolean binary, byte[] bytes, int length) {
        Connection receiver = connection;
        if (receiver == null) {
            return;
        }
        if (binary) {
            receiver.binaryReceived(bytes, 0, length);
        } else {
            receiver.textReceived(bytes, 0, length);
        }
    }

    @Override
    void pingReceived(byte[] content) {
        if (state == State.OPEN) {
            queue(FrameWriter.PONG, content);
            owed(content.length);
        }
    }

    @Override
    void controlReceived(int length) {
        Connection receiver = connection;
        if (receiver != null) {
            receiver.controlReceived(length);
        }
    }

    @Override
    void closeReceived(byte[] content) {
        if (state == State.OPEN) {
            queue(FrameWriter.CLOSE, FrameWriter.closeContent(CloseFrames.answerTo(content), ""));
        }
        leave(State.ENDING);
        tellGone(CloseFrames.code(content), CloseFrames.reason(content));
        flushThen(ChannelFutureListener.CLOSE);
    }

    @Override
    void violated(int code, String reason) {
        if (code == CloseCode.TOO_BIG || code == CloseCode.POLICY_VIOLATION) {
            terms().limited().accept(code == CloseCode.TOO_BIG ? Limit.MESSAGE_BYTES : Limit.FRAGMENTS);
            frames().log().line(log, Level.WARN, OVER_LIMIT, context().channel(), code, reason);
        } else {
            frames().log().line(log, Level.INFO, VIOLATION, context().channel(), code, reason);
        }
        fail(code, reason);
    }

    private void fail(int code, String reason) {
        if (state == State.ENDING) {
            context().close();
            return;
        }
        if (state == State.OPEN) {
            queue(FrameWriter.CLOSE, FrameWriter.closeContent(code, reason));
        }
        leave(State.ENDING);
        tellGone(code, reason);
        flushThen(WebSocketConnection::hangUp);
    }

    /** Says that nothing more comes from us; the connection ends when the client does the same, or its time is over. */
    private static void hangUp(ChannelFuture flushed) {
        if (flushed.isSuccess() && flushed.channel() instanceof DuplexChannel duplex) {
            Encryption.shutdownOutput(duplex);
        } else {
            flushed.channel().close();
        }
    }

    private void leave(State next) {
        paused = false;
        choked = false;
        readOn();
        state = next;
        since = loop().now();
        loop().watchAgain(this, terms().closeTicks());
    }

    @Override
    public int due(int now) {
        if (choked || (connection != null && connection.isHeldToItsRate())) {
            since = now; // judged by what it takes, or by how much it sends
        }
        int silent = now - since;
        if (state != State.OPEN) {
            int left = terms().closeTicks() - silent;
            if (left <= 0) {
                abort();
            }
            return Math.max(left, 0);
        }
        int left = terms().idleTicks() - silent;
        if (left > 0) {
            int interval = terms().pingTicks();
            return interval == 0 ? left : Math.min(left, ping(silent, interval));
        }
        return paused ? giveUp(CloseCode.TRY_AGAIN_LATER, "busy") : giveUp(CloseCode.GOING_AWAY, "idle");
    }

    /** Pings a silent client, or gives it up. Returns in how many ticks to look again. */
    private int ping(int silent, int interval) {
        if (silent < interval) {
            unanswered = 0;
            return interval - silent;
        }
        if (paused || isBehind()) {
            return interval; // the pong would not be read, or the ping not reach it before what waits
        }
        if (unanswered == 0 || silent < 2 * interval) {
            int left = unanswered == 0 ? interval : 2 * interval - silent;
            unanswered = 1;
            queue(FrameWriter.PING, NOTHING);
            return left;
        }
        if (unanswered == 1) {
            unanswered = 2;
            return GRACE_TICKS;
        }
        return giveUp(CloseCode.GOING_AWAY, "no pong");
    }

    private int giveUp(int code, String reason) {
        close(code, reason);
        tellGone(code, reason);
        return terms().closeTicks();
    }

    /** Ends the connection here and now, with whatever the kernel has queued for it. */
    private void abort() {
        Channel channel = context().channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // past TLS, which would say goodbye first
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        letGo();
        readWhatWaits(); // what it said before it left, while it was not read
        state = State.ENDING;
        ignoreAll();
        loop().unwatch(this);
        releasePending();
        if (seat != null) {
            seat.leave();
        }
        tellGone(CloseCode.BROKEN, "");
        ctx.fireChannelInactive(); // there may be handlers of whoever has accepted the channel
    }

    private void tellGone(int code, String reason) {
        Connection told = connection;
        if (told != null) {
            connection = null;
            told.transportClosed(code, reason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || Encryption.isToBlame(cause)) {
            if (log.isDebugEnabled()) { // thousands of these come at once
                log.debug("{} lost: {}", ctx.channel(), cause.toString());
            }
            ctx.close();
        } else {
            frames().log().failure(log, cause, "{} failed; its connection is closed", ctx.channel());
            ignoreAll();
            fail(CloseCode.INTERNAL_ERROR, "");
        }
    }
}
