package dev.simurgh.asyncapi;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What clients of an endpoint may say and hear, from the specs of its sockets: as an AsyncAPI document, and as TypeScript types for phoenix.js. It knows what
 * clients push from the handlers, and what they get from what the specs declare: see {@link dev.simurgh.channel.ChannelSpec.Builder#pushes}. Payloads are
 * described as Jackson 2 writes them. No callback is called. Immutable, for any thread.
 *
 * <p>For the same specs the output is the same to the byte.
 */
public final class EndpointProtocol {
    private final Map<String, SocketSpec> sockets;
    private final String title;
    private final String version;
    private final JacksonCodec codec;

    private EndpointProtocol(Builder builder) {
        this.sockets = new LinkedHashMap<>(builder.sockets);
        this.title = builder.title;
        this.version = builder.version;
        this.codec = builder.jackson();
    }

    /**
     * Describes all sockets of an endpoint, with its codec.
     *
     * @throws IllegalStateException if that is no {@link JacksonCodec}: see {@link Builder#codec}
     */
    public static EndpointProtocol of(Endpoint endpoint) {
        return builder().sockets(endpoint).build();
    }

    /** Starts a description without sockets. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns an AsyncAPI 3.0 document, in JSON. In it the application receives what clients push, and sends what they get.
     *
     * @throws IllegalArgumentException if a payload is of a type that Jackson cannot write
     */
    public String asyncApi() {
        Described described = Described.of(sockets, codec, AsyncApiDocument.SCHEMAS);
        return new AsyncApiDocument(title, version, described).json();
    }

    /**
     * Returns a module of TypeScript, with types only: of sockets and channels of phoenix.js (for which it needs {@code @types/phoenix}), and of all
     * payloads.
     *
     * @throws IllegalArgumentException if a payload is of a type that Jackson cannot write
     */
    public String typeScript() {
        return new TypeScriptModule(Described.of(sockets, codec, "")).text();
    }

    /** Collects what is to be described. */
    public static final class Builder {
        private final Map<String, SocketSpec> sockets = new LinkedHashMap<>();
        private String title = "Channels";
        private String version = "1.0.0";
        private @Nullable JacksonCodec codec;
        private @Nullable PayloadCodec ofEndpoint;

        private Builder() {}

        /**
         * Adds a socket.
         *
         * @throws IllegalArgumentException if there is one at the path already
         */
        public Builder socket(String path, SocketSpec spec) {
            Objects.requireNonNull(spec, "spec");
            if (sockets.putIfAbsent(Objects.requireNonNull(path, "path"), spec) != null) {
                throw new IllegalArgumentException("socket: " + path + " twice (expected: one socket at each path)");
            }
            return this;
        }

        /** Adds all sockets of an endpoint, and takes its codec, unless one is given with {@link #codec}. */
        public Builder sockets(Endpoint endpoint) {
            for (SocketMount mount : endpoint.backstage().mounts()) {
                socket(mount.path(), mount.spec());
            }
            ofEndpoint = endpoint.codec();
            return this;
        }

        /** Leaves a socket out that was added with others. */
        public Builder without(String path) {
            if (sockets.remove(path) == null) {
                throw new IllegalArgumentException("without: " + path + " (expected: one of " + sockets.keySet() + ")");
            }
            return this;
        }

        /** Names the document; default {@code Channels}. */
        public Builder title(String text) {
            title = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Says the version of the document; default {@code 1.0.0}. */
        public Builder version(String text) {
            version = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * Says how payloads are written; default {@link JacksonCodec#create}. An application on Jackson 3 gives one on a mapper of Jackson 2 with the
         * same settings, such as the naming of properties.
         */
        public Builder codec(JacksonCodec ofPayloads) {
            codec = Objects.requireNonNull(ofPayloads, "ofPayloads");
            return this;
        }

        /**
         * Makes the description.
         *
         * @throws IllegalStateException if an endpoint has a codec other than a {@link JacksonCodec}, and none is given with {@link #codec}
         */
        public EndpointProtocol build() {
            return new EndpointProtocol(this);
        }

        private JacksonCodec jackson() {
            if (codec != null) {
                return codec;
            }
            if (ofEndpoint == null) {
                return JacksonCodec.create();
            }
            if (ofEndpoint instanceof JacksonCodec jackson) {
                return jackson;
            }
            throw new IllegalStateException(
                    "codec: " + ofEndpoint.getClass().getName()
                            + " (expected: a JacksonCodec on Jackson 2, or one given with codec(…) that writes payloads as this one does)");
        }
    }
}
