package dev.simurgh.channel;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The network side of a connect: where it came from, and how. Immutable. */
public final class ConnectInfo {
    private final String transport;
    private final String uri;
    private final @Nullable InetSocketAddress peer;
    private final Map<String, String> headers;

    private ConnectInfo(Builder builder) {
        this.transport = builder.transport;
        this.uri = builder.uri;
        this.peer = builder.peer;
        this.headers = builder.headers;
    }

    /** Starts a connect info; everything in it is optional. */
    public static Builder builder() {
        return new Builder();
    }

    /** The kind of transport, such as {@code websocket}. */
    public String transport() {
        return transport;
    }

    /** The address that the connection came from. */
    public Optional<InetSocketAddress> peer() {
        return Optional.ofNullable(peer);
    }

    /** The request's target: path and query, as the client sent them. May hold secrets. */
    public String uri() {
        return uri;
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
        Map<String, String> found = new TreeMap<>(headers);
        found.keySet().removeIf(name -> !name.startsWith("x-"));
        return found;
    }

    /** Collects what is known. */
    public static final class Builder {
        private String transport = "none";
        private String uri = "";
        private @Nullable InetSocketAddress peer;
        private Map<String, String> headers = Map.of();

        private Builder() {}

        /** Sets the kind of transport; default {@code none}. */
        public Builder transport(String name) {
            this.transport = name;
            return this;
        }

        /** Sets the request's target; default empty. */
        public Builder uri(String target) {
            this.uri = target;
            return this;
        }

        /** Sets the peer's address. */
        public Builder peer(InetSocketAddress address) {
            this.peer = address;
            return this;
        }

        /** Sets the headers; their names are put in lower case. */
        public Builder headers(Map<String, String> byName) {
            Map<String, String> lower = new TreeMap<>();
            byName.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
            this.headers = Map.copyOf(lower);
            return this;
        }

        /** Makes the connect info. */
        public ConnectInfo build() {
            return new ConnectInfo(this);
        }
    }
}
