package dev.simurgh.reactor;

import dev.simurgh.netty.NettyLoop;
import dev.simurgh.netty.Takeover;
import dev.simurgh.transport.admit.ClientSide;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.HostedExchange;
import dev.simurgh.transport.http.HostedTerms;
import dev.simurgh.transport.http.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * One request to a Reactor Netty server. What becomes of it is a {@link Mono} that Reactor Netty subscribes to: it says nothing until there is an answer, and
 * then is what writes it. If the client goes, Reactor Netty cancels it.
 */
final class ReactorExchange extends HostedExchange<ReactorExchange> {
    private final HttpServerResponse response;
    private final Channel channel;
    private final Mono<Void> beforeAnswer;
    private final Optional<Principal> principal;
    private final InetSocketAddress peer;
    private final String method;
    private final String protocol;
    private final boolean secure;
    private final Sinks.One<Mono<Void>> outcome = Sinks.one();
    private HttpHeaders headers;

    ReactorExchange(
            NettyLoop loop,
            HostedTerms terms,
            Channel channel,
            Target target,
            HttpServerRequest request,
            HttpServerResponse response,
            Optional<Principal> principal,
            Mono<Void> beforeAnswer) {
        super(loop, terms, target);
        this.response = response;
        this.channel = channel;
        this.beforeAnswer = beforeAnswer;
        this.principal = principal;
        this.headers = request.requestHeaders();
        this.method = request.method().name();
        this.protocol = request.protocol();
        // as the server is told by proxies, if its owner has it listen to them
        this.secure = request.scheme().equals("https");
        this.peer = peer(request);
        target.authority().ifPresent(host -> headers.set(HttpHeaderNames.HOST, host));
    }

    /** What a proxy says need be no address, or anything at all: only a connection that has no address is from this machine. */
    private static InetSocketAddress peer(HttpServerRequest request) {
        InetSocketAddress remote = request.remoteAddress();
        if (remote == null) {
            return ClientSide.told(null, 0);
        }
        String said = remote.getHostString();
        return remote.isUnresolved() ? ClientSide.told(said.isEmpty() ? "unknown" : said, remote.getPort()) : remote;
    }

    /** What Reactor Netty has to subscribe to. */
    Mono<Void> outcome() {
        return outcome.asMono().flatMap(answer -> answer).doOnCancel(this::gone);
    }

    EventLoop channelLoop() {
        return channel.eventLoop();
    }

    @Override
    protected ReactorExchange self() {
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public String header(String name) {
        return headers.get(name, "");
    }

    @Override
    public List<String> headers(String name) {
        return headers.getAll(name);
    }

    @Override
    public void eachHeader(BiConsumer<String, String> look) {
        headers.forEach(header -> look.accept(header.getKey(), header.getValue()));
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public Optional<Principal> principal() {
        return principal;
    }

    @Override
    protected void forgetRequest() {
        headers = EmptyHttpHeaders.INSTANCE;
    }

    @Override
    protected void write(Answer answer, Consumer<Boolean> whenSettled) {
        answerBy(Mono.defer(() -> send(answer))
                // what is not out when the connection ends succeeds, too
                .doOnSuccess(sent -> whenSettled.accept(channel.isActive()))
                .doOnError(failure -> whenSettled.accept(false)));
    }

    private void answerBy(Mono<Void> answer) {
        outcome.tryEmitValue(beforeAnswer.then(answer)).orThrow();
    }

    private Mono<Void> send(Answer answer) {
        response.status(HttpResponseStatus.valueOf(answer.status()));
        answer.headers().forEach((name, values) -> response.responseHeaders().set(name, values));
        if (answer.tellsLength() && answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            response.responseHeaders().set(HttpHeaderNames.CONTENT_LENGTH, answer.bodyLength());
        }
        if (answer.bodyLength() == 0 || method.equals("HEAD")) {
            return response.send();
        }
        ByteBuf body = Unpooled.wrappedBuffer(answer.body());
        // as a flux: what that returns is told when it has gone out, and not when it is about to
        return response.send(Flux.just(body)).then();
    }

    /** Has Reactor Netty make a WebSocket of the request, and then its channel taken over. On the event loop. */
    void upgrade(Takeover takeover) {
        if (takeOver()) {
            answerBy(Mono.defer(() -> UpgradedChannel.of(response, channel, takeover))
                    .doOnError(failure -> takeover.abandon())
                    .doOnCancel(takeover::abandon));
        } else {
            takeover.abandon();
        }
    }

    @Override
    protected void abort() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }
}
