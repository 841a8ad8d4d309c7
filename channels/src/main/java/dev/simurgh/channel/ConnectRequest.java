package dev.simurgh.channel;

import java.util.Map;
import java.util.Optional;

/** A client that wants to connect: its parameters, and what is known of the network side. Immutable. */
public final class ConnectRequest {
    private final Map<String, String> params;
    private final ConnectInfo info;

    private ConnectRequest(Map<String, String> params, ConnectInfo info) {
        this.params = params;
        this.info = info;
    }

    /** Makes a request. */
    public static ConnectRequest of(Map<String, String> params, ConnectInfo info) {
        return new ConnectRequest(Map.copyOf(params), info);
    }

    /** The parameters that the client connected with; of several with one name the last. */
    public Map<String, String> params() {
        return params;
    }

    /** One parameter. */
    public Optional<String> param(String name) {
        return Optional.ofNullable(params.get(name));
    }

    /** The network side of it. */
    public ConnectInfo info() {
        return info;
    }
}
