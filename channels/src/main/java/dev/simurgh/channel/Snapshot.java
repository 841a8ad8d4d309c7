package dev.simurgh.channel;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an endpoint held at about one moment: each event loop answers for its own part.
 *
 * @param connections the connections, in no order
 * @param topics how many subscribers each topic has on this node
 */
public record Snapshot(List<ConnectionInfo> connections, Map<String, Integer> topics) {
    /** How many channels are joined, or about to be. */
    public int channels() {
        return connections.stream()
                .mapToInt(connection -> connection.topics().size())
                .sum();
    }

    /**
     * One connection.
     *
     * @param mountPath the path of its socket
     * @param transport the kind of transport
     * @param version the version of its serializer
     * @param id its name, if it has one
     * @param topics the topics it has joined
     */
    public record ConnectionInfo(
            String mountPath, String transport, String version, Optional<String> id, List<String> topics) {
        /** On the connection's event loop. */
        static ConnectionInfo of(Connection connection) {
            return new ConnectionInfo(
                    connection.mountPath(),
                    connection.transportName(),
                    connection.serializer().version(),
                    connection.id(),
                    connection.topics());
        }
    }
}
