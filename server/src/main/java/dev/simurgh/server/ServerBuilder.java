package dev.simurgh.server;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.netty.FrameLoops;
import dev.simurgh.netty.WebSocketUpgrade;
import dev.simurgh.server.http.FileSource;
import dev.simurgh.server.http.HttpExchange;
import dev.simurgh.server.http.StaticFiles;
import dev.simurgh.server.listen.Tls;
import dev.simurgh.transport.TransportBuilder;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Server}, and starts it. Each method says what holds without it. */
public final class ServerBuilder extends TransportBuilder<ServerBuilder> {
    private final Map<String, FileSource> files = new LinkedHashMap<>();
    private String host = "0.0.0.0";
    private int port = 4000;
    private IoTransport transport = IoTransport.AUTO;
    private @Nullable TlsOptions tls;
    private TrustedProxies proxyProtocol = TrustedProxies.none();
    private Duration stopTimeout = Duration.ofSeconds(60);

    ServerBuilder(Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected ServerBuilder self() {
        return this;
    }

    /**
     * Sets the address to listen on; default {@code 0.0.0.0}, which is all of them. {@code 127.0.0.1} keeps it to this
     * machine.
     */
    public ServerBuilder host(String address) {
        this.host = address;
        return this;
    }

    /**
     * Sets the port to listen on; default 4000. 0 takes any free one, which {@link Server#port} then tells.
     *
     * @throws IllegalArgumentException if it is no port
     */
    public ServerBuilder port(int number) {
        if (number < 0 || number > 0xFFFF) {
            throw new IllegalArgumentException("port: " + number + " (expected: 0 to 65535)");
        }
        this.port = number;
        return this;
    }

    /**
     * Serves files below a path, with {@code index.html} for the folder itself: those of a directory if there is one of
     * that name, else those on the class path under it; {@code classpath:web} means the class path only. Names that
     * start with a dot are not served. HTML is asked for anew each time, the rest is good for five minutes; both with
     * an entity tag.
     *
     * @throws IllegalArgumentException if there are no files
     */
    public ServerBuilder files(String urlPrefix, String classPathOrDirectory) {
        files.put(absolute("urlPrefix", urlPrefix), FileSource.of(classPathOrDirectory));
        return this;
    }

    /** Sets how to talk to the operating system; default {@link IoTransport#AUTO}. */
    public ServerBuilder transport(IoTransport kind) {
        this.transport = kind;
        return this;
    }

    /**
     * Has the connections that come from these proxies start with a header of the PROXY protocol, version 1 or 2, which
     * tells whom they speak for; default none. The connect info then has the client's address as its peer. A connection
     * from there without the header is closed; one from elsewhere cannot use it.
     *
     * @param networks such as {@code 10.0.0.0/8}, {@code 192.168.1.7} or {@code fd00::/8}
     * @throws IllegalArgumentException if one is no network, or none is given
     */
    public ServerBuilder proxyProtocol(String... networks) {
        this.proxyProtocol = TrustedProxies.xForwarded(networks); // who; the headers are not looked at here
        return this;
    }

    /** Serves over TLS, and nothing else on this port; default without. */
    public ServerBuilder tls(TlsOptions options) {
        this.tls = options;
        return this;
    }

    /**
     * Sets how long {@link Server#close} and {@link Server#stopOnShutdown} wait for the server to stop; default 60 s. Give
     * the process manager more.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ServerBuilder stopTimeout(Duration timeout) {
        this.stopTimeout = positive("stopTimeout", timeout);
        return this;
    }

    /**
     * Starts the server; it takes connections when this returns.
     *
     * @throws ServerStartException if the port is taken, the address is not of this machine, the transport is not to be
     * had, or the certificate cannot be used
     * @throws IllegalArgumentException if two things are to be served at one path, or {@code maxBodyBytes} of the limits is more than
     *     an event loop may hold of {@code maxPendingBytes}
     */
    public Server start() {
        IoTransport resolved = transport.resolve();
        Serving serving = serving();
        try {
            return new Server(this, serving, resolved);
        } catch (RuntimeException e) {
            serving.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    Duration stopTimeout() {
        return stopTimeout;
    }

    @Nullable
    Tls tls(Executor handshakes) {
        return tls == null ? null : new Tls(tls, handshakes);
    }

    TrustedProxies proxyProtocol() {
        return proxyProtocol;
    }

    Routes<HttpExchange> routes(Serving serving, FrameLoops frames, Executor fileReaders) {
        Routes<HttpExchange> routes = routes(
                serving, (options, terms) -> new WebSocketUpgrade<>(options, terms, frames, HttpExchange::upgrade));
        files.forEach((prefix, source) -> routes.addBelow(prefix, new StaticFiles(prefix, source, fileReaders)));
        return routes;
    }
}
