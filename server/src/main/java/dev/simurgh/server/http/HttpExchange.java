package dev.simurgh.server.http;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.netty.Takeover;
import dev.simurgh.server.listen.ServerLoop;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Exchange;
import dev.simurgh.transport.http.HeaderSetter;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Target;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request, which is answered once. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
public final class HttpExchange implements Exchange {
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
    private @Nullable Supplier<Answer> late;
    private @Nullable Consumer<HeaderSetter> completing;

    HttpExchange(HttpConnection connection, ChannelHandlerContext context, HttpRequest request, Target target) {
        this.connection = connection;
        this.context = context;
        this.request = request;
        this.target = target;
    }

    /** As Netty has read it. */
    public HttpRequest request() {
        return request;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String protocol() {
        return request.protocolVersion().text();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public byte[] body() {
        return body;
    }

    void body(byte[] whole) {
        body = whole;
    }

    @Override
    public String header(String name) {
        return request.headers().get(name, "");
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public void eachHeader(BiConsumer<String, String> look) {
        request.headers().forEach(header -> look.accept(header.getKey(), header.getValue()));
    }

    @Override
    public InetSocketAddress peer() {
        return connection.peer(context);
    }

    @Override
    public ServerLoop loop() {
        return connection.loop();
    }

    ClientLog clientLog() {
        return connection.clientLog();
    }

    @Override
    public boolean draining() {
        return connection.draining();
    }

    @Override
    public void waitForAnswer(Runnable whenOver) {
        over = whenOver;
        connection.waitForAnswer(this);
    }

    @Override
    public void waitForAnswer(int ticks, Runnable whenOver) {
        over = whenOver;
        connection.waitForClient(this, ticks);
    }

    @Override
    public void park(int ticks, Consumer<HeaderSetter> complete, Runnable whenOver) {
        over = whenOver;
        completing = complete;
        request = FORGOTTEN;
        target = NOWHERE;
        connection.park(this, ticks);
    }

    void complete(Route<? super HttpExchange> route, HeaderSetter headers) {
        if (completing == null) {
            route.complete(this, headers);
        } else {
            completing.accept(headers);
        }
    }

    @Override
    public void ifLate(Supplier<Answer> answer) {
        late = answer;
    }

    /** What the client gets that has waited long enough. */
    Answer lateAnswer(Route<? super HttpExchange> route) {
        return late == null ? route.failure(503) : late.get();
    }

    @Override
    public boolean isWaiting() {
        return !answered && context.channel().isActive();
    }

    /** It has its answer, or its client has gone. On the event loop. */
    void over() {
        body = NONE;
        over.run();
    }

    @Override
    public void respond(Answer answer) {
        respond(Responses.of(answer));
    }

    /** As {@link #respond(Answer)}. */
    void respond(FullHttpResponse response) {
        onLoop(() -> {
            if (mayAnswer()) {
                connection.respond(context, response);
            } else {
                response.release();
            }
        });
    }

    @Override
    public void respond(Answer answer, Consumer<Boolean> whenSettled) {
        FullHttpResponse response = Responses.of(answer);
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

    @Override
    public void settle() {
        onLoop(() -> {
            if (sending != null && !sending.isDone()) {
                connection.settle();
            }
        });
    }

    @Override
    public void cutOff() {
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

    @Override
    public boolean secure() {
        return context.pipeline().get(SslHandler.class) != null;
    }

    /** Answers with 101, and has the connection taken over. On the event loop. */
    public void upgrade(Takeover takeover) {
        FullHttpResponse answer = Responses.switchingProtocols(header("sec-websocket-key"), takeover.subprotocol());
        takeover.extensions()
                .ifPresent(agreed -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed));
        if (mayAnswer()) {
            connection.upgrade(context, answer, takeover.handler(), takeover::open);
        } else {
            answer.release();
        }
        takeover.abandon(); // which does nothing once the connection is open
    }

    @Override
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
