package hello;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.jgroups.ClusterStartException;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.console.Console;
import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.server.Server;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.SocketOptions;
import hello.Tally.Counted;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/** Starts hello-sockets: a server, a node of a cluster, a console, as the {@link Options} say. */
public final class Main {
    private Main() {}

    /** Runs the node until it is told to end, by SIGTERM or at its console. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        try {
            Options options = Options.parse(args, System.getenv());
            if (options.help()) {
                System.out.println(Options.USAGE);
            } else if (options.server()) {
                serve(options);
            } else {
                takePart(options);
            }
        } catch (ServerStartException e) {
            fail(e.getMessage() + ". On this command line it is --port N");
        } catch (IllegalArgumentException | IllegalStateException | StoreException | ClusterStartException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private static void fail(String message) {
        System.err.println("hello-sockets: " + message);
        System.exit(1);
    }

    @SuppressWarnings("SystemOut") // whoever started it waits for this line, and may then end it
    private static void serve(Options options) {
        Running running = start(options, journal(options));
        Optional<Console> console = console(options, running.endpoint(), running.presence());
        running.server().stopOnShutdown(() -> {
            console.ifPresent(Console::close);
            running.journal().close();
        });
        System.out.println("listening on " + running.server().uri());
        System.out.println("dashboard at " + running.server().uri() + "/dashboard/");
        announce(options, running.endpoint());
        runAndExit(console);
    }

    /** A node without clients: it sees the others, and what it broadcasts reaches their clients. */
    private static void takePart(Options options) {
        Presence presence = Presence.builder().build();
        Endpoint endpoint = endpoint(options, presence, dashboard(options)).build();
        Optional<Console> console = console(options, endpoint, presence);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            console.ifPresent(Console::close);
            endpoint.close();
        }));
        // As a server does: by itself the JVM would report 143 after SIGTERM, which looks like a failure.
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, () -> System.exit(0));
        }
        announce(options, endpoint); // whoever reads it may end the node
        runAndExit(console);
        awaitTheEnd();
    }

    private static Optional<Console> console(Options options, Endpoint endpoint, Presence presence) {
        return options.console() ? Optional.of(Console.of(endpoint).bind("presence", presence)) : Optional.empty();
    }

    /** Leaving the console ends the node, in the same way as SIGTERM. */
    private static void runAndExit(Optional<Console> console) {
        console.ifPresent(prompt -> {
            prompt.run();
            System.exit(0);
        });
    }

    private static void awaitTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An endpoint, who is present on its topics, the server that carries it, and the journal of what must survive, to be closed last. */
    record Running(Endpoint endpoint, Presence presence, Server server, Journal journal) {}

    /** In a file, which the nodes of one machine may share; those of several would have PostgreSQL. */
    static Journal journal(Options options) {
        return Journal.builder(JdbcStore.sqlite(options.data()).open()).build();
    }

    static Running start(Options options, Journal journal) {
        try {
            return serve(options, journal);
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static Running serve(Options options, Journal journal) {
        Tokens tokens = Tokens.of(options.secret());
        PayloadCodec codec = JacksonCodec.create();
        Durable<Tally, Counted> tallies = Durable.of(journal, codec, Tally.spec());
        Presence presence = Presence.builder().build();
        Metrics metrics = new Metrics();
        Dashboard dashboard = dashboard(options);
        Endpoint endpoint = endpoint(options, presence, dashboard)
                .codec(codec)
                .part(metrics.meters())
                .part(KeptTopics.builder(journal)
                        .keep(Tally.TOPICS, Tally.RETENTION)
                        .build())
                .socket("/socket", UserSocket.spec(tallies, presence))
                .socket("/auth_socket", AuthSocket.spec(tokens))
                .build();
        Server server = dashboard
                .addTo(Server.builder(endpoint))
                .host("127.0.0.1")
                .port(options.port())
                .socket("/auth_socket", SocketOptions.builder().takeAuthToken().build())
                .longPoll(LongPollOptions.of(tokens))
                .files("/", "classpath:web")
                .handler("/token", HttpHandler.of(request -> token(request, tokens)))
                .handler("/metrics", HttpHandler.of(metrics::answer))
                .handler("/pid", HttpHandler.of(request -> HttpHandler.Response.text(pid())))
                .start();
        return new Running(endpoint, presence, server, journal);
    }

    /** Whom the page says to kill. */
    private static String pid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    /** For whoever is on this machine, where the server listens to nobody else; a real application would ask for a login. */
    private static Dashboard dashboard(Options options) {
        return Dashboard.builder(Tokens.of(options.secret()), DashboardAccess.loopback())
                .build();
    }

    private static Endpoint.Builder endpoint(Options options, Presence presence, Dashboard dashboard) {
        Endpoint.Builder endpoint = dashboard.addTo(Endpoint.builder().part(presence));
        options.cluster().ifPresent(cluster -> endpoint.cluster(join(cluster)));
        return endpoint;
    }

    private static Mesh join(Options.Cluster cluster) {
        JGroupsCluster.Builder builder = JGroupsCluster.builder()
                .name(cluster.name())
                .connect(cluster.contacts().toArray(String[]::new));
        cluster.port().ifPresent(builder::port);
        cluster.secret().ifPresent(builder::secret);
        return builder.build();
    }

    @SuppressWarnings("SystemOut")
    private static void announce(Options options, Endpoint endpoint) {
        if (options.cluster().isPresent()) {
            System.out.println("node " + endpoint.node().self());
        }
    }

    /** Signs a token for whoever asks: where a real application would look at who is logged in. */
    private static HttpHandler.Response token(HttpHandler.Request request, Tokens tokens) {
        try {
            long user = Long.parseLong(request.params().getOrDefault("user", ""));
            return HttpHandler.Response.text(tokens.sign(AuthSocket.SALT, user));
        } catch (NumberFormatException e) {
            return HttpHandler.Response.text("user: expected a number, as in /token?user=1")
                    .withStatus(400);
        }
    }
}
