package dev.simurgh.server.http;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.server.listen.ServerLoop;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request, which is answered once. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
public final class HttpExchange {
    private static final byte[] NONE = {};
    private static final Target NOWHERE = new Target("/", "", Optional.empty());
    private static final HttpRequest FORGOTTEN =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", EmptyHttpHeaders.INSTANCE);

    private final HttpConnection connection;
    private final ChannelHandlerContext context;
    private HttpRequest request;
    private Target target;
    private byte[] body = NONE;
    private Runnable over = () -> {};
    private boolean answered;
    private @Nullable ChannelFuture sending;
    private @Nullable Supplier<FullHttpResponse> late;
    private @Nullable Consumer<HttpHeaders> completing;

    HttpExchange(HttpConnection connection, ChannelHandlerContext context, HttpRequest request, Target target) {
        this.connection = connection;
        this.context = context;
        this.request = request;
        this.target = target;
    }

    public HttpRequest request() {
        return request;
    }

    /** What was asked for; where it names a host, so does the header {@code Host}. */
    public Target target() {
        return target;
    }

    /** The path as the client sent it. */
    public String path() {
        return target.path();
    }

    /** The query as the client sent it, or an empty text. */
    public String rawQuery() {
        return target.rawQuery();
    }

    public boolean isMethod(HttpMethod method) {
        return request.method().equals(method);
    }

    /** The body, if its route takes one; not copied. */
    public byte[] body() {
        return body;
    }

    void body(byte[] whole) {
        body = whole;
    }

    /** A header, or an empty text. */
    public String header(CharSequence name) {
        return request.headers().get(name, "");
    }

    public InetSocketAddress peer() {
        return connection.peer(context);
    }

    public ServerLoop loop() {
        return connection.loop();
    }

    ClientLog clientLog() {
        return connection.clientLog();
    }

    /** Tells that the server is about to stop. */
    public boolean draining() {
        return connection.draining();
    }

    /**
     * Lets the answer take as long as handlers may. If there is none by then, the client gets 503. On the event loop.
     *
     * @param whenOver runs on the event loop once there is an answer, or the client has gone
     */
    void waitForAnswer(Runnable whenOver) {
        over = whenOver;
        connection.waitForAnswer(this);
    }

    /**
     * Lets the answer take so many ticks; then the client gets what the route has for a {@link Route#failure}. It is the
     * client for which it waits, so this is the first to go if it keeps room that others need. On the event loop.
     *
     * @param whenOver runs on the event loop once there is an answer, or the client has gone
     */
    public void waitForAnswer(int ticks, Runnable whenOver) {
        over = whenOver;
        connection.waitForClient(this, ticks);
    }

    /**
     * As {@link #waitForAnswer(int, Runnable)}, for a request that waits for something to tell: it does not count as pending,
     * and what it was is forgotten.
     *
     * @param complete adds headers to the answer, instead of {@link Route#complete}
     */
    public void park(int ticks, Consumer<HttpHeaders> complete, Runnable whenOver) {
        over = whenOver;
        completing = complete;
        request = FORGOTTEN;
        target = NOWHERE;
        connection.park(this, ticks);
    }

    void complete(Route route, HttpHeaders headers) {
        if (completing == null) {
            route.complete(this, headers);
        } else {
            completing.accept(headers);
        }
    }

    /** Has the client get this if there is no answer in time. On the event loop. */
    public void ifLate(Supplier<FullHttpResponse> answer) {
        late = answer;
    }

    /** What the client gets that has waited long enough. */
    FullHttpResponse lateAnswer(Route route) {
        return late == null ? route.failure(HttpResponseStatus.SERVICE_UNAVAILABLE) : late.get();
    }

    /** Whether there is somebody to answer. On the event loop. */
    public boolean isWaiting() {
        return !answered && context.channel().isActive();
    }

    /** It has its answer, or its client has gone. On the event loop. */
    void over() {
        body = NONE;
        over.run();
    }

    /** Answers, from any thread. */
    public void respond(FullHttpResponse response) {
        onLoop(() -> {
            if (mayAnswer()) {
                connection.respond(context, response);
            } else {
                response.release();
            }
        });
    }

    /**
     * Answers, from any thread.
     *
     * @param whenSettled hears whether the answer has gone out, all of it: on the event loop, or on the calling thread if there
     *     is no such loop any more
     */
    public void respond(FullHttpResponse response, Consumer<Boolean> whenSettled) {
        Runnable task = () -> {
            if (mayAnswer()) {
                send(response, whenSettled);
            } else {
                response.release();
                whenSettled.accept(false);
            }
        };
        if (!onLoop(task)) {
            response.release();
            whenSettled.accept(false);
        }
    }

    private void send(FullHttpResponse response, Consumer<Boolean> whenSettled) {
        try {
            sending = connection.respond(context, response);
        } catch (Throwable thrown) { // nobody may be left to wait for what becomes of it
            HttpConnection.cut(context.channel());
            whenSettled.accept(false);
            throw thrown;
        }
        sending.addListener(sent -> whenSettled.accept(sent.isSuccess()));
    }

    /** Ends the connection if its answer is still on the way, so that it is known what has become of it. From any thread. */
    public void settle() {
        onLoop(() -> {
            if (sending != null && !sending.isDone()) {
                HttpConnection.cut(context.channel());
            }
        });
    }

    /** Answers with a body that is read on an executor, piece by piece as the client takes it. From any thread. */
    void respond(HttpResponse head, InputStream body, long length, Executor executor) {
        onLoop(() -> {
            BodyStream stream = new BodyStream(context, body, length, executor, connection);
            if (mayAnswer()) {
                connection.respondHead(context, head);
                stream.start();
            } else {
                stream.close();
            }
        });
    }

    /** Whether it came over TLS of the server's own. */
    public boolean secure() {
        return context.pipeline().get(SslHandler.class) != null;
    }

    /**
     * Answers with 101, and hands the connection over. On the event loop.
     *
     * @param next the handler of what the connection becomes; {@code opened} runs when it is in the pipeline and the answer
     *     is queued
     */
    public void upgrade(FullHttpResponse answer, ChannelHandler next, Runnable opened) {
        if (mayAnswer()) {
            connection.upgrade(context, answer, next, opened);
        } else {
            answer.release();
        }
    }

    /** Whether the client has not gone. For any thread. */
    public boolean isThere() {
        return context.channel().isActive();
    }

    private boolean mayAnswer() {
        boolean first = !answered;
        answered = true;
        return first && context.channel().isActive();
    }

    /** Runs a task on the event loop; false if the server has stopped, and there is nobody to answer. */
    private boolean onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
            return true;
        }
        return loop().tryExecute(task);
    }
}
