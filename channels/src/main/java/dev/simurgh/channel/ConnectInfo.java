package dev.simurgh.channel;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network side of a connect: where it came from, and how. Immutable. It is there for {@code connect}, and gone when that has
 * answered: what channels are to know goes into the assigns.
 */
public final class ConnectInfo {
    private final String transport;
    private final RequestUri uri;
    private final @Nullable InetSocketAddress peer;
    private final @Nullable String authToken;
    private final @Nullable Principal principal;
    private final Map<String, String> headers;
    private final Assigns values;

    private ConnectInfo(Builder builder) {
        this.transport = builder.transport;
        this.uri = builder.uri;
        this.peer = builder.peer;
        this.authToken = builder.authToken;
        this.principal = builder.principal;
        this.headers = builder.headers;
        this.values = builder.values;
    }

    /** Starts a connect info; everything in it is optional. */
    public static Builder builder() {
        return new Builder();
    }

    /** The kind of transport, such as {@code websocket}. */
    public String transport() {
        return transport;
    }

    /**
     * The address that the connection came from; behind a proxy that the server trusts, the client's own as the proxy says, with port 0
     * if it does not say the port.
     */
    public Optional<InetSocketAddress> peer() {
        return Optional.ofNullable(peer);
    }

    /** The address that was asked for. May hold secrets. */
    public RequestUri uri() {
        return uri;
    }

    /**
     * The token that the client sent beside the address, as phoenix.js does with its {@code authToken} option, where the server is
     * told to take one. Nobody has checked it yet.
     */
    public Optional<String> authToken() {
        return Optional.ofNullable(authToken);
    }

    /**
     * Who the client is, as the web container has found out that carries the endpoint on the application's port, by a session or otherwise.
     * Simurgh's own server asks nobody, so there it is empty.
     */
    public Optional<Principal> principal() {
        return Optional.ofNullable(principal);
    }

    /** The request's headers by lower-case name. May hold secrets. */
    public Map<String, String> headers() {
        return headers;
    }

    /** One header, by name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The client's user agent header. */
    public Optional<String> userAgent() {
        return header("user-agent");
    }

    /** The headers whose names start with {@code x-}. */
    public Map<String, String> xHeaders() {
        return headers(name -> name.startsWith("x-"));
    }

    /** The headers of a distributed trace: {@code traceparent} and {@code tracestate}. */
    public Map<String, String> traceContextHeaders() {
        return headers(name -> name.equals("traceparent") || name.equals("tracestate"));
    }

    /** The headers whose names start with {@code sec-websocket-}. May hold the auth token. */
    public Map<String, String> secWebSocketHeaders() {
        return headers(name -> name.startsWith("sec-websocket-"));
    }

    private Map<String, String> headers(Predicate<String> wanted) {
        Map<String, String> found = new TreeMap<>(headers);
        found.keySet().removeIf(wanted.negate());
        return found;
    }

    /**
     * The client's cookies by name, with values as they were sent; of several with one name the first, which is that of the longest
     * path. May hold secrets. Other sites' pages send them too: use them through {@link CookieSession}, which asks for more.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-5.4">RFC 6265, section 5.4</a>
     */
    public Map<String, String> cookies() {
        Map<String, String> cookies = new LinkedHashMap<>();
        for (String pair : header("cookie").orElse("").split(";", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip();
            if (!name.isEmpty()) {
                cookies.putIfAbsent(name, unquoted(pair.substring(equals + 1).strip()));
            }
        }
        return Collections.unmodifiableMap(cookies);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** What the application has added for this request: its {@link CookieSession}, and its own {@link SocketSpec.Builder#info values}. */
    public <T> Optional<T> value(Assigns.Key<T> key) {
        return values.find(key);
    }

    ConnectInfo with(Assigns more) {
        Builder copy = new Builder();
        copy.transport = transport;
        copy.uri = uri;
        copy.peer = peer;
        copy.authToken = authToken;
        copy.principal = principal;
        copy.headers = headers;
        copy.values = values.with(more);
        return new ConnectInfo(copy);
    }

    /** Collects what is known. */
    public static final class Builder {
        private String transport = "none";
        private RequestUri uri = RequestUri.ofTarget("");
        private @Nullable InetSocketAddress peer;
        private @Nullable String authToken;
        private @Nullable Principal principal;
        private Map<String, String> headers = Map.of();
        private Assigns values = Assigns.EMPTY;

        private Builder() {}

        /** Sets the kind of transport; default {@code none}. */
        public Builder transport(String name) {
            this.transport = name;
            return this;
        }

        /** Sets the request's target; default empty. */
        public Builder uri(String target) {
            return uri(RequestUri.ofTarget(target));
        }

        /** Sets the address that was asked for; default empty. */
        public Builder uri(RequestUri address) {
            this.uri = address;
            return this;
        }

        /** Sets the peer's address. */
        public Builder peer(InetSocketAddress address) {
            this.peer = address;
            return this;
        }

        /** Sets the token that came beside the address; default none. */
        public Builder authToken(String token) {
            this.authToken = token;
            return this;
        }

        /** Sets who the client is, as a web container says; default nobody. */
        public Builder principal(Principal user) {
            this.principal = user;
            return this;
        }

        /** Sets the headers; their names are put in lower case. */
        public Builder headers(Map<String, String> byName) {
            Map<String, String> lower = new HashMap<>();
            byName.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
            this.headers = Map.copyOf(lower);
            return this;
        }

        /** Sets what the application has added, for tests of a {@code connect}; default nothing. */
        public Builder values(Assigns byKey) {
            this.values = byKey;
            return this;
        }

        /** Makes the connect info. */
        public ConnectInfo build() {
            return new ConnectInfo(this);
        }
    }
}
