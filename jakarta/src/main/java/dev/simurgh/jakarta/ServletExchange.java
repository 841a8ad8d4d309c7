package dev.simurgh.jakarta;

import dev.simurgh.transport.admit.ClientSide;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.HeaderSetter;
import dev.simurgh.transport.http.HostedBodies;
import dev.simurgh.transport.http.HostedExchange;
import dev.simurgh.transport.http.HostedTerms;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Target;
import dev.simurgh.transport.loop.TimedLoop;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request to a servlet, answered without a thread of the container's waiting for that. */
final class ServletExchange extends HostedExchange<ServletExchange> {
    private static final Logger log = LoggerFactory.getLogger(ServletExchange.class);

    private static final List<String> OF_PROXIES = List.of("forwarded", "x-forwarded-for");

    private final HostedTerms terms;
    private final AsyncContext async;
    private final Consumer<ServletExchange> over;
    private final String method;
    private final String protocol;
    private final boolean secure;
    private final InetSocketAddress peer;
    private final Optional<Principal> principal;
    private List<Map.Entry<String, String>> headers;

    /**
     * Reads what there is but the body, on the container's thread.
     *
     * @param over hears when the container has seen the end of it, or makes a WebSocket of it; on any thread
     */
    ServletExchange(
            TimedLoop loop,
            HostedTerms terms,
            Target target,
            HttpServletRequest request,
            AsyncContext async,
            Consumer<ServletExchange> over) {
        super(loop, terms, target);
        this.terms = terms;
        this.async = async;
        this.over = over;
        this.method = request.getMethod();
        this.protocol = request.getProtocol();
        this.secure = request.isSecure();
        this.peer = peer(request);
        this.principal = Optional.ofNullable(request.getUserPrincipal());
        this.headers = headers(request);
        async.addListener(new Ends());
    }

    /** Who asks, as the container says. That it is somebody on this machine counts for something, and anybody can say so in a header. */
    private static InetSocketAddress peer(HttpServletRequest request) {
        InetSocketAddress told = ClientSide.told(request.getRemoteAddr(), request.getRemotePort());
        return told.getAddress().isLoopbackAddress() && isOfAHiddenHeader(request)
                ? ClientSide.told("unknown", 0)
                : told;
    }

    /** Spring's ForwardedHeaderFilter believes such a header whoever has sent it, and hides it; others leave it there to be seen. */
    private static boolean isOfAHiddenHeader(HttpServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner instanceof HttpServletRequest first
                && OF_PROXIES.stream()
                        .anyMatch(name -> first.getHeader(name) != null && request.getHeader(name) == null);
    }

    /** All of them; the host is the one that the container says, which may know of a proxy. With HTTP/2 it need not be a header. */
    private static List<Map.Entry<String, String>> headers(HttpServletRequest request) {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        if (request.getHeader("host") == null && !request.getProtocol().startsWith("HTTP/1")) {
            all.add(Map.entry("host", authority(request)));
        }
        for (String name : Collections.list(request.getHeaderNames())) {
            if (name.equalsIgnoreCase("host")) {
                all.add(Map.entry(name, authority(request)));
            } else {
                Collections.list(request.getHeaders(name)).forEach(value -> all.add(Map.entry(name, value)));
            }
        }
        return all;
    }

    private static String authority(HttpServletRequest request) {
        int port = request.getServerPort();
        boolean implied = port <= 0 || port == (request.isSecure() ? 443 : 80);
        return implied ? request.getServerName() : request.getServerName() + ":" + port;
    }

    @Override
    protected ServletExchange self() {
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
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return "";
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>(1);
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                values.add(header.getValue());
            }
        }
        return values;
    }

    @Override
    public void eachHeader(BiConsumer<String, String> look) {
        headers.forEach(header -> look.accept(header.getKey(), header.getValue()));
    }

    /** A container that hands such a request to a servlet has told the client that it can. */
    @Override
    public boolean isTunnel() {
        return method.equals("CONNECT") && protocol.startsWith("HTTP/2");
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
        headers = List.of();
    }

    // How it is answered.

    /** Has the request answered that has no body, or none that anybody wants. */
    void answer(Route<? super ServletExchange> route) {
        if (!serve(route)) {
            stopped();
        }
    }

    /** Has the request answered that has all of its body. */
    void answer(Route<? super ServletExchange> route, HostedBodies.Body body) {
        if (!serve(route, body)) {
            stopped();
        }
    }

    /** The client has gone before all of its request had come: nobody answers it, and Jetty waits for somebody to say so. */
    void lost() {
        gone();
        abort();
    }

    /** Has the request answered that is not to reach its route. */
    void refuse(Route<? super ServletExchange> route, int status) {
        terms.refused(status, peer);
        answer(new Route<ServletExchange>() {
            @Override
            public void serve(ServletExchange exchange) {
                exchange.respond(route.failure(status));
            }

            @Override
            public void complete(ServletExchange exchange, HeaderSetter headers) {
                route.complete(exchange, headers);
            }
        });
    }

    /** There is nobody any more to answer it, or to wait until its client has taken the answer. */
    void stopped() {
        try {
            ((HttpServletResponse) async.getResponse()).setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            async.complete();
        } catch (IllegalStateException e) {
            log.debug("a request of {} has ended by itself: {}", peer, e.toString());
        }
    }

    @Override
    protected void write(Answer answer, Consumer<Boolean> whenSettled) {
        try {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            response.setStatus(answer.status());
            answer.headers().forEach((name, values) -> {
                response.setHeader(name, values.get(0));
                values.subList(1, values.size()).forEach(value -> response.addHeader(name, value));
            });
            if (answer.tellsLength()) {
                response.setContentLength(answer.bodyLength());
            }
            if (answer.bodyLength() == 0 || method.equals("HEAD")) {
                async.complete();
                whenSettled.accept(true);
            } else {
                response.getOutputStream()
                        .setWriteListener(new AnswerWriter(response.getOutputStream(), answer, async, whenSettled));
            }
        } catch (IOException | IllegalStateException e) {
            if (e instanceof IllegalStateException misused && isThere()) {
                throw misused; // such as by a filter that has taken the response's writer
            }
            // the container has ended it by itself
            log.debug("an answer to {} could not be written: {}", peer, e.toString());
            whenSettled.accept(false);
        }
    }

    @Override
    protected void abort() {
        try {
            ServletResponse response = async.getResponse();
            if (!response.isCommitted()) { // such as with a filter's response that cannot be written asynchronously
                response.reset();
                ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            }
            async.complete(); // short of what was announced, so that the container closes the connection
        } catch (IllegalStateException e) {
            log.debug("a request of {} has ended by itself: {}", peer, e.toString());
        }
    }

    /**
     * Has the request come back on a thread of the container's, where it can become a WebSocket.
     *
     * @return whether it will; else it has been answered, or its client has gone
     */
    boolean comeBackFor(Upgrade upgrade) {
        if (!takeOver()) {
            return false;
        }
        try {
            async.getRequest().setAttribute(Upgrade.class.getName(), upgrade);
            async.dispatch();
            over.accept(this);
            return true;
        } catch (IllegalStateException e) {
            log.debug("a request of {} has ended by itself: {}", peer, e.toString());
            return false;
        }
    }

    private final class Ends implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            over.accept(ServletExchange.this);
            gone();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            gone();
        }

        @Override
        public void onError(AsyncEvent event) {
            gone();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
