package dev.simurgh.server.http;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.netty.Encryption;
import dev.simurgh.netty.TimedHandler;
import dev.simurgh.server.listen.ProxyHeader;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.server.listen.Tls;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Target;
import dev.simurgh.transport.loop.IdleWheel;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One TCP connection for as long as it speaks HTTP: answers one request after the other, or becomes a WebSocket, when this
 * handler and the codec leave the pipeline.
 *
 * <p>The decoder stops after each request. So what follows a request stays undecoded in it: the next request, decoded
 * when this one has been answered, or WebSocket frames of a client that did not wait, which it hands on when it is
 * removed.
 *
 * <p>A client has {@code handshakeTimeout} to send a request, counted from its connecting or the previous answer, and as long
 * for each 64 KiB of a body; the application has as long to accept it. A handler has {@code answerTimeout}, and an
 * answer may take a minute to be read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
final class HttpConnection extends TimedHandler implements Lobby.Guest {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    /** So much of a body is progress. */
    private static final int BODY_STEP_BYTES = 64 << 10;

    private static final Route<HttpExchange> NOWHERE = exchange -> {};
    private static final int ANSWER_TICKS = IdleWheel.ticks(Duration.ofMinutes(1));

    private static final int LATER_SECONDS = 1;

    private final ServerLoop loop;
    private final HttpTerms terms;
    private final Lobby lobby;
    private @Nullable ChannelHandlerContext context;
    private @Nullable HttpExchange exchange;
    private @Nullable RequestBody body;
    private @Nullable InetSocketAddress peer;
    private @Nullable HttpExchange unanswered;
    /** What the present request is for, and that request. */
    private Route<? super HttpExchange> route = NOWHERE;

    private @Nullable HttpExchange current;
    private int undecodedBytes;
    private int pinnedBytes;
    private boolean pending;
    /** Its request waits for something that the server has to tell: out of the lobby, unless something is kept behind it. */
    private boolean parked;

    private boolean busy;
    /** A request is counted as being answered. */
    private boolean answering;

    private boolean keepAlive;
    private boolean headOnly;
    private boolean refused;
    private int deadline;

    HttpConnection(ServerLoop loop, HttpTerms terms, Lobby lobby) {
        this.loop = loop;
        this.terms = terms;
        this.lobby = lobby;
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new OneRequestDecoder(terms.decoding(), this::pinned), new HttpResponseEncoder(), this);
    }

    ServerLoop loop() {
        return loop;
    }

    ClientLog clientLog() {
        return terms.clientLog();
    }

    boolean draining() {
        return terms.draining();
    }

    /** Who is at the other end, or behind the proxy there. */
    InetSocketAddress peer(ChannelHandlerContext ctx) {
        return peer == null ? (InetSocketAddress) ctx.channel().remoteAddress() : peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ProxyHeader.Client client) {
            peer = client.address();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.watch(this, terms.handshakeTicks());
        deadline = loop.now() + terms.handshakeTicks();
        pending = true;
        lobby.enter(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.unwatch(this);
        busy = true;
        answered();
        over();
        leaveLobby();
    }

    /** Lets go of a request that somebody works for. */
    private void over() {
        HttpExchange ended = unanswered;
        if (ended != null) {
            unanswered = null;
            ended.over();
        }
    }

    private void answered() {
        if (answering) {
            answering = false;
            terms.openRequests().ended();
        }
    }

    /** It has been worked on, or will not be. */
    private void forgetBody() {
        body = null;
        account();
    }

    private void leaveLobby() {
        if (pending) {
            body = null;
            undecodedBytes = 0;
            account();
            pending = false;
            lobby.leave(this);
        }
    }

    /** The decoder keeps so many bytes. */
    private void pinned(int bytes) {
        undecodedBytes = bytes;
        if (parked && bytes > 0) {
            comeBack(); // the next request is kept behind the one that waits
        } else if (parked) {
            stepOut();
        }
        account();
    }

    private void stepOut() {
        leaveLobby();
        listen(true);
    }

    /** Nothing but reading tells the JDK's transport that a client has gone; the others hear of it even so. */
    private void listen(boolean on) {
        if (context != null && context.channel() instanceof NioSocketChannel channel) {
            channel.config().setAutoRead(on);
        }
    }

    private void comeBack() {
        listen(false);
        if (!pending) {
            pending = true;
            lobby.comeBack(this);
        }
    }

    /** Tells the lobby what is kept now; it may turn this one away. */
    private void account() {
        if (pending) {
            int now = undecodedBytes + (body == null ? 0 : body.pinnedBytes());
            int more = now - pinnedBytes;
            pinnedBytes = now;
            lobby.pins(this, more);
        }
    }

    @Override
    public int pinnedBytes() {
        return pinnedBytes;
    }

    @Override
    public boolean isIdle() {
        return !busy && keepAlive && exchange == null && undecodedBytes == 0;
    }

    @Override
    public void turnAway(Limit limit) {
        boolean idle = isIdle();
        leaveLobby();
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        terms.turnedAway(limit, ctx.channel());
        // an answer to one between two requests would be taken for that to its next
        if (!busy && !idle && Tls.isReady(ctx.pipeline())) {
            busy = true;
            keepAlive = false;
            FullHttpResponse answer = Responses.of(Answer.later(503, "too many requests", LATER_SECONDS));
            prepare(answer);
            ctx.writeAndFlush(answer, ctx.voidPromise());
        }
        cut(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        try {
            if (data instanceof HttpObject part && !busy) {
                take(ctx, part);
            }
        } finally {
            ReferenceCountUtil.release(data);
        }
    }

    private void take(ChannelHandlerContext ctx, HttpObject part) {
        if (part instanceof HttpRequest head) {
            headOnly = head.method().equals(HttpMethod.HEAD);
        }
        if (part.decoderResult().isFailure()) {
            refuse(
                    ctx,
                    Refusal.undecodable(
                            part instanceof HttpRequest, part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpRequest head) {
            takeHead(ctx, head);
        }
        if (!busy && part instanceof HttpContent content) {
            takeContent(ctx, content);
        }
    }

    private void takeHead(ChannelHandlerContext ctx, HttpRequest head) {
        Optional<Target> target = Target.parse(head.method().name(), head.uri());
        Optional<Refusal> refusal = Refusal.of(head, target.isPresent());
        if (refusal.isPresent() || target.isEmpty()) {
            refuse(ctx, refusal.orElse(Refusal.BAD_TARGET));
            return;
        }
        target.get().authority().ifPresent(host -> head.headers().set(HttpHeaderNames.HOST, host));
        exchange = new HttpExchange(this, ctx, head, target.get());
        current = exchange;
        route = terms.routes().find(target.get());
        body = new RequestBody(route.maxBodyBytes());
        if (!body.mayBe(HttpUtil.getContentLength(head, 0L))) {
            refuse(ctx, Refusal.TOO_LARGE);
            return;
        }
        allow(terms.handshakeTicks());
        if (HttpUtil.is100ContinueExpected(head)) {
            ctx.writeAndFlush(Responses.goOn(), ctx.voidPromise());
        }
    }

    private void takeContent(ChannelHandlerContext ctx, HttpContent content) {
        HttpExchange current = exchange;
        RequestBody gathered = body;
        if (current == null || gathered == null) {
            throw new IllegalStateException("a part of no request: " + content);
        }
        int before = gathered.length() / BODY_STEP_BYTES;
        if (!gathered.add(content.content())) {
            refuse(ctx, Refusal.TOO_LARGE);
            return;
        }
        account();
        if (!pending) {
            return; // for want of room
        }
        if (content instanceof LastHttpContent) {
            current.body(gathered.toBytes());
            account(); // it is no longer than it has to be now
            begin(ctx, HttpUtil.isKeepAlive(current.request()));
            serve(current);
        } else if (gathered.length() / BODY_STEP_BYTES > before) {
            allow(terms.handshakeTicks());
        }
    }

    private void allow(int ticks) {
        deadline = loop.now() + ticks;
        loop.watchAgain(this, ticks);
    }

    private void begin(ChannelHandlerContext ctx, boolean more) {
        busy = true;
        answering = true;
        terms.openRequests().begun();
        lobby.requestBegun(this);
        keepAlive = more;
        exchange = null;
        allow(terms.handshakeTicks());
        ctx.channel().config().setAutoRead(false);
    }

    private void serve(HttpExchange exchange) {
        if (!route.upgrades() && exchange.lists("upgrade", "websocket")) {
            clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "no socket at {} (expected: {}). Clients such as phoenix.js add /websocket by themselves,"
                                    + " others must be given it",
                            exchange.path(),
                            terms.routes().upgrading());
        }
        try {
            route.serve(exchange);
        } catch (Throwable thrown) { // code of the application's, such as an origin policy, or no room for a thread
            clientLog().failure(log, thrown, "{} failed", exchange.path());
            exchange.respond(route.failure(500));
        }
    }

    private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
        begin(ctx, false);
        refused = true;
        terms.refused(refusal, ctx.channel());
        respond(ctx, Responses.of(Answer.text(refusal.status().code(), refusal.text())));
    }

    /** Gives a handler its time. */
    void waitForAnswer(HttpExchange exchange) {
        waitForAnswer(exchange, terms.answerTicks());
    }

    /** Gives so much time to a request that has to wait for its client, as that sends too much or takes too little. */
    void waitForClient(HttpExchange exchange, int ticks) {
        waitForAnswer(exchange, ticks);
        if (pending) {
            lobby.turnOf(this);
        }
    }

    /** Gives whoever answers so much time. */
    private void waitForAnswer(HttpExchange exchange, int ticks) {
        unanswered = exchange;
        allow(ticks);
    }

    /** As {@link #waitForAnswer}, for a request that waits for something to tell: it does not count as pending. */
    void park(HttpExchange exchange, int ticks) {
        parked = true;
        if (undecodedBytes == 0) { // else it is told after this read what is behind the request, or knows it
            stepOut();
        }
        waitForAnswer(exchange, ticks);
    }

    /** Sends a whole answer. */
    ChannelFuture respond(ChannelHandlerContext ctx, FullHttpResponse response) {
        FullHttpResponse sent = response;
        if (headOnly) {
            sent = response.replace(Unpooled.EMPTY_BUFFER); // but with the length of what is not sent
            response.release();
        }
        prepare(sent);
        return ctx.writeAndFlush(sent).addListener((ChannelFutureListener) this::responded);
    }

    /** Sends the head of an answer; {@link #responded} is told when the rest has gone. */
    void respondHead(ChannelHandlerContext ctx, HttpResponse head) {
        prepare(head);
        ctx.write(head, ctx.voidPromise());
    }

    private void prepare(HttpResponse response) {
        over();
        if (parked) {
            parked = false;
            comeBack();
        }
        forgetBody();
        responding();
        Responses.addCommonHeaders(response.headers());
        HttpExchange asked = current;
        if (asked != null) {
            complete(asked, response.headers());
        }
        keepAlive = keepAlive && !draining(); // a request more might be cut off
        HttpUtil.setKeepAlive(response, keepAlive);
    }

    private void complete(HttpExchange asked, HttpHeaders headers) {
        try {
            asked.complete(route, headers::set);
        } catch (Throwable thrown) { // code of the application's again; whatever the answer is, it has to go out
            terms.clientLog().failure(log, thrown, "the headers of an answer of {} failed", asked.path());
        }
    }

    /** An answer, or its next piece, is for the client to take. */
    void responding() {
        allow(ANSWER_TICKS);
        if (pending) {
            lobby.turnOf(this);
        }
    }

    /** Somebody wants to know what becomes of an answer that is on its way. */
    void settle() {
        if (deadline - loop.now() > Exchange.SETTLE_TICKS) {
            allow(Exchange.SETTLE_TICKS);
        }
    }

    void responded(ChannelFuture sent) {
        answered();
        current = null;
        route = NOWHERE;
        if (sent.isSuccess() && refused && sent.channel() instanceof DuplexChannel channel) {
            hangUp(channel);
            return;
        }
        if (!sent.isSuccess() || !keepAlive) {
            sent.channel().close();
            return;
        }
        // as a task: a row of requests that are answered at once must not become a recursion
        loop.tryExecute(() -> {
            if (sent.channel().isActive() && pending) {
                busy = false;
                lobby.idle(this);
                allow(terms.handshakeTicks());
                sent.channel().config().setAutoRead(true);
                ChannelPipeline pipeline = sent.channel().pipeline();
                pipeline.get(OneRequestDecoder.class).next(pipeline);
            }
        });
    }

    /**
     * Says that nothing more comes from us, and throws away what the client still sends until it hangs up or its time is
     * over. Closing with input unread would take the answer from it: a TCP reset overtakes what is queued.
     */
    private void hangUp(DuplexChannel channel) {
        allow(terms.handshakeTicks());
        channel.pipeline().get(OneRequestDecoder.class).discard();
        channel.config().setAutoRead(true);
        Encryption.shutdownOutput(channel);
    }

    /** Answers with 101, and hands the connection over. What the client sent behind its request is handed over last. */
    void upgrade(ChannelHandlerContext ctx, FullHttpResponse answer, ChannelHandler next, Runnable opened) {
        loop.unwatch(this);
        answered();
        leaveLobby();
        Channel channel = ctx.channel();
        ChannelPipeline pipeline = ctx.pipeline();
        ctx.write(answer, ctx.voidPromise());
        pipeline.addLast(next);
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(this);
        try {
            opened.run();
        } catch (Throwable thrown) { // an Error leaves no connection behind that nobody watches, either
            pipeline.fireExceptionCaught(thrown);
        }
        channel.flush();
        channel.config().setAutoRead(true); // before the next line: what it hands on may be cause not to read
        pipeline.remove(OneRequestDecoder.class);
    }

    @Override
    public int due(int now) {
        int left = deadline - now;
        if (left <= 0 && !busy && exchange != null && context != null) {
            refuse(context, Refusal.TOO_SLOW);
            return Math.max(deadline - now, 1);
        }
        HttpExchange late = unanswered;
        if (left <= 0 && late != null) {
            late.respond(late.lateAnswer(route));
            return Math.max(deadline - now, 1);
        }
        if (left <= 0 && context != null) {
            if (!busy && (!keepAlive || undecodedBytes > 0)) { // not one that was only kept open
                terms.tooSlow(context.channel());
            }
            cut(context.channel());
        }
        return Math.max(left, 0);
    }

    /** Ends the connection without a goodbye: TLS would wait for it to be read. */
    static void cut(Channel channel) {
        Channel.Unsafe unsafe = channel.unsafe();
        unsafe.close(unsafe.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || Encryption.isToBlame(cause)) {
            log.debug("{} lost", ctx.channel(), cause);
        } else if (Tls.isCrowded(ctx.pipeline(), cause)) {
            terms.crowdedOut(ctx.channel());
            cut(ctx.channel());
        } else {
            terms.clientLog().failure(log, cause, "{} failed; its connection is closed", ctx.channel());
        }
        ctx.close();
    }
}
