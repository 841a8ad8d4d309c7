package dev.simurgh.server;

import dev.simurgh.channel.Handshake;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandler;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** One request, which is answered once. */
final class HttpExchange {
    private final HttpConnection connection;
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final String path;
    private final String rawQuery;
    private boolean answered;

    HttpExchange(HttpConnection connection, ChannelHandlerContext context, HttpRequest request) {
        this.connection = connection;
        this.context = context;
        this.request = request;
        String target = request.uri();
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.rawQuery = question < 0 ? "" : target.substring(question + 1);
    }

    HttpRequest request() {
        return request;
    }

    /** The path as the client sent it. */
    String path() {
        return path;
    }

    /** The query as the client sent it, or an empty text. */
    String rawQuery() {
        return rawQuery;
    }

    boolean isMethod(HttpMethod method) {
        return request.method().equals(method);
    }

    /** A header, or an empty text. */
    String header(CharSequence name) {
        return request.headers().get(name, "");
    }

    InetSocketAddress peer() {
        return connection.peer(context);
    }

    ServerLoop loop() {
        return connection.loop();
    }

    /** Tells that the server is about to stop. */
    boolean draining() {
        return connection.draining();
    }

    /** Lets the answer take as long as it likes. On the event loop. */
    void waitForAnswer() {
        connection.waitForAnswer();
    }

    /** Answers, from any thread. */
    void respond(FullHttpResponse response) {
        onLoop(() -> {
            if (mayAnswer()) {
                connection.respond(context, response);
            } else {
                response.release();
            }
        });
    }

    /** Answers with a body that is read on an executor, piece by piece as the client takes it. From any thread. */
    void respond(HttpResponse head, InputStream body, Executor executor) {
        onLoop(() -> {
            BodyStream stream = new BodyStream(context, body, executor, connection);
            if (mayAnswer()) {
                connection.respondHead(context, head);
                stream.start();
            } else {
                stream.close();
            }
        });
    }

    /** What the request looks like from the client's side, if these proxies are believed. */
    ClientSide clientSide(TrustedProxies proxies) {
        boolean secure = context.pipeline().get(SslHandler.class) != null;
        return ClientSide.of(proxies, peer(), secure, request.headers());
    }

    /** Answers with 101, and makes it a WebSocket. On the event loop. */
    void upgrade(FullHttpResponse answer, WebSocketOptions options, Handshake.Accepted accepted) {
        if (mayAnswer()) {
            Optional<DeflateTerms> deflate = deflate(options);
            deflate.ifPresent(
                    terms -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, terms.response()));
            WebSocketConnection webSocket = deflate.isPresent()
                    ? new DeflatingConnection(connection.loop(), options, deflate.get())
                    : new WebSocketConnection(connection.loop(), options);
            connection.upgrade(context, answer, webSocket, accepted);
        }
    }

    private Optional<DeflateTerms> deflate(WebSocketOptions options) {
        return options.compress()
                ? DeflateTerms.negotiate(
                        request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS), options.contextTakeover())
                : Optional.empty();
    }

    private boolean mayAnswer() {
        boolean first = !answered;
        answered = true;
        return first && context.channel().isActive();
    }

    private void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            loop().execute(task);
        }
    }
}
