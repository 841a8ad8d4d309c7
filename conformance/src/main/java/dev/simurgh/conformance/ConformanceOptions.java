package dev.simurgh.conformance;

import dev.simurgh.channel.Limits;
import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.transport.ServerLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * What the command line of a {@link ConformanceServer} says. Without options there is no limit to connections and rates: it is measured,
 * too.
 *
 * @param on what carries it
 * @param port 0 picks a free one
 * @param data what topics are kept in: a file, or a URL of PostgreSQL; without it, this process
 * @param node its place in a cluster, if it has one
 * @param dashboard who may see the dashboard; without the option, whoever is on this machine
 * @param server for all clients together
 * @param client for each client of every socket
 */
record ConformanceOptions(
        On on,
        String host,
        int port,
        Optional<String> data,
        Optional<Node> node,
        DashboardAccess.Authorizer dashboard,
        ServerLimits server,
        Limits client) {
    static final String USAGE =
            "usage: ConformanceServer [--on server|tomcat|jetty|reactor-netty] [--host HOST] [--port PORT] [--data FILE|jdbc:postgresql:...]"
                    + " [--name NAME@HOST[:PORT]] [--connect NAME@HOST[:PORT]]... [--dashboard NAME:PASSWORD] [--max-connections N]"
                    + " [--max-connections-per-address N] [--handshakes-per-second N] [--joins-per-second N]"
                    + " [--messages-per-second N] [--join-within SECONDS]";

    private static final int MAX_MESSAGE_BYTES = 10_000_000;

    /**
     * A place in a cluster. What its nodes say to each other is not encrypted, and whoever reaches the cluster port may take part: there is nothing to protect.
     *
     * @param contacts the nodes to connect to
     */
    record Node(String name, List<String> contacts) {
        Mesh cluster() {
            return JGroupsCluster.builder()
                    .name(name)
                    .connect(contacts.toArray(String[]::new))
                    .plaintext()
                    .build();
        }
    }

    /** Listens on the loopback address. */
    static ConformanceOptions of(int port) {
        return parse("--port", String.valueOf(port));
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they are not what {@link #USAGE} says
     */
    static ConformanceOptions parse(String... arguments) {
        Reader reader = new Reader();
        for (Iterator<String> each = List.of(arguments).iterator(); each.hasNext(); ) {
            String name = each.next();
            if (!each.hasNext()) {
                throw new IllegalArgumentException(name + " (expected: a value behind it)");
            }
            reader.take(name, each.next());
        }
        return reader.options();
    }

    private static final class Reader {
        private On on = On.SERVER;
        private String host = "127.0.0.1";
        private int port = 4000;
        private Optional<String> data = Optional.empty();
        private Optional<String> nodeName = Optional.empty();
        private final List<String> contacts = new ArrayList<>();
        private DashboardAccess.Authorizer dashboard = DashboardAccess.loopback();
        private int maxConnections = Integer.MAX_VALUE;
        private int perAddress = Integer.MAX_VALUE;
        private final ServerLimits.Builder server = ServerLimits.builder();
        private final Limits.Builder client = Limits.builder()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .messagesPerSecond(Integer.MAX_VALUE)
                .bytesPerSecond(Integer.MAX_VALUE);

        void take(String name, String value) {
            switch (name) {
                case "--on" -> on = On.of(value);
                case "--host" -> host = value;
                case "--port" -> number(name, value, number -> port = number);
                case "--data" -> data = Optional.of(data(value));
                case "--name" -> nodeName = Optional.of(address(value));
                case "--connect" -> contacts.add(address(value));
                case "--dashboard" -> dashboard = dashboard(value);
                case "--max-connections" -> number(name, value, number -> maxConnections = number);
                case "--max-connections-per-address" -> number(name, value, number -> perAddress = number);
                case "--handshakes-per-second" -> number(name, value, server::handshakesPerSecond);
                case "--joins-per-second" -> number(name, value, client::joinsPerSecond);
                case "--messages-per-second" -> number(name, value, client::messagesPerSecond);
                case "--join-within" -> client.joinWithin(seconds(name, value));
                default -> throw new IllegalArgumentException(name + " (expected: an option)");
            }
        }

        private static void number(String name, String value, IntConsumer option) {
            try {
                option.accept(Integer.parseInt(value));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " " + value + " (expected: a number)", e);
            }
        }

        private static String address(String value) {
            return NodeAddress.parse(value).toString();
        }

        private static DashboardAccess.Authorizer dashboard(String value) {
            int colon = value.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("--dashboard (expected: NAME:PASSWORD)");
            }
            return DashboardAccess.basic(value.substring(0, colon), value.substring(colon + 1));
        }

        private static String data(String value) {
            if (value.isBlank() || (value.startsWith("jdbc:") && !value.startsWith("jdbc:postgresql:"))) {
                throw new IllegalArgumentException("--data " + value + " (expected: a file, or jdbc:postgresql:...)");
            }
            return value;
        }

        private static Duration seconds(String name, String value) {
            try {
                return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " " + value + " (expected: a number of seconds)", e);
            }
        }

        ConformanceOptions options() {
            if (nodeName.isEmpty() && !contacts.isEmpty()) {
                throw new IllegalArgumentException(
                        "--connect " + contacts.get(0) + " (expected: with --name NAME@HOST)");
            }
            server.maxConnections(maxConnections).maxConnectionsPerAddress(Math.min(maxConnections, perAddress));
            return new ConformanceOptions(
                    on,
                    host,
                    port,
                    data,
                    nodeName.map(given -> new Node(given, List.copyOf(contacts))),
                    dashboard,
                    server.build(),
                    client.build());
        }
    }
}
