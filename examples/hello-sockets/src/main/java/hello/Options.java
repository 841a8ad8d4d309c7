package hello;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line and the environment say.
 *
 * @param port where to listen for clients
 * @param data the file of the tallies
 * @param secret what tokens are signed with
 * @param server whether clients can connect to this node
 * @param console whether to read Java from the terminal
 * @param help whether only to say what the options are
 * @param cluster the node's place in a cluster, if it has one
 */
record Options(
        int port, Path data, String secret, boolean server, boolean console, boolean help, Optional<Cluster> cluster) {
    static final String USAGE = """
            options:
              --port N                  where clients connect (else $PORT, else 4000)
              --data FILE               the file of the tallies
              --name NAME@HOST[:PORT]   this node's name; its cluster port is bound to HOST
              --connect NAME@HOST[:PORT]   a node to connect to; may be given again
              --cluster-port N          the cluster port (else the first free one of 7700 to 7709)
              --no-server               no clients: just a node of the cluster
              --console                 a prompt for Java inside the node
              --help                    this
            environment: PORT, CLUSTER_SECRET (of at least 32 characters, the same on all nodes), SECRET_KEY_BASE""";

    static final String DEFAULT_NAME = "hello@127.0.0.1";

    // Good enough for a demonstration that must know its tokens again after a restart. A real one comes from the
    // environment only.
    private static final String DEMO_SECRET =
            "hello-sockets-demo-secret-key-base-which-everybody-knows-0123456789abcdef";

    /**
     * Where this node is, and whom it knows.
     *
     * @param name with or without a port
     * @param contacts the nodes to connect to
     * @param port the cluster port, if it is asked for
     * @param secret what all nodes of the cluster know, if they are to prove it
     */
    record Cluster(String name, List<String> contacts, Optional<Integer> port, Optional<String> secret) {}

    /**
     * Reads the command line; what is not there comes from the environment, or has a default.
     *
     * @throws IllegalArgumentException naming the option that is wrong, and what there is
     */
    static Options parse(String[] args, Map<String, String> env) {
        var reading = new Reading(List.of(args).iterator());
        while (reading.words.hasNext()) {
            reading.option(reading.words.next());
        }
        return reading.options(env);
    }

    /** The options so far. */
    private static final class Reading {
        private final Iterator<String> words;
        private final List<String> contacts = new ArrayList<>();
        private Optional<Integer> port = Optional.empty();
        private Path data = Path.of("hello-sockets.db");
        private Optional<String> name = Optional.empty();
        private Optional<Integer> clusterPort = Optional.empty();
        private boolean server = true;
        private boolean console;
        private boolean help;

        Reading(Iterator<String> words) {
            this.words = words;
        }

        private void option(String option) {
            switch (option) {
                case "--port" -> port = Optional.of(port(option, value(option), 0));
                case "--data" -> data = Path.of(value(option));
                case "--name" -> name = Optional.of(value(option));
                case "--connect" -> contacts.add(value(option));
                case "--cluster-port" -> clusterPort = Optional.of(port(option, value(option), 1));
                case "--no-server" -> server = false;
                case "--console" -> console = true;
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException(option + " (expected: an option)\n" + USAGE);
            }
        }

        private String value(String option) {
            String value = words.hasNext() ? words.next() : "";
            if (value.isEmpty() || value.startsWith("--")) {
                throw new IllegalArgumentException(option + " without a value\n" + USAGE);
            }
            return value;
        }

        private static int port(String name, String text, int least) {
            try {
                int port = Integer.parseInt(text);
                if (port >= least && port <= 65_535) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // falls through to the message
            }
            throw new IllegalArgumentException(
                    name + ": \"" + text + "\" (expected: a port from " + least + " to 65535)");
        }

        Options options(Map<String, String> env) {
            boolean alone = name.isEmpty() && contacts.isEmpty() && clusterPort.isEmpty();
            boolean listens = server && !help; // only then does PORT matter
            return new Options(
                    port.orElseGet(() -> listens ? port("PORT", env.getOrDefault("PORT", "4000"), 0) : 0),
                    data,
                    env.getOrDefault("SECRET_KEY_BASE", DEMO_SECRET),
                    server,
                    console,
                    help,
                    alone
                            ? Optional.empty()
                            : Optional.of(new Cluster(
                                    name.orElse(DEFAULT_NAME),
                                    List.copyOf(contacts),
                                    clusterPort,
                                    Optional.ofNullable(env.get("CLUSTER_SECRET"))
                                            .filter(s -> !s.isEmpty()))));
        }
    }
}
