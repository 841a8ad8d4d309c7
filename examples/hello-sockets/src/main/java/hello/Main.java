package hello;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.server.HttpHandler;
import dev.simurgh.server.Server;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.token.Tokens;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Starts hello-sockets: {@code [--port N] [--data FILE]}, else the environment's {@code PORT}, else 4000. */
public final class Main {
    // Good enough for a demonstration that must know its tokens again after a restart. A real one comes from the
    // environment only.
    private static final String DEMO_SECRET =
            "hello-sockets-demo-secret-key-base-which-everybody-knows-0123456789abcdef";

    private Main() {}

    /** Runs the server until it is told to end; SIGTERM drains it. */
    public static void main(String[] args) {
        try {
            Options options = Options.parse(args, System.getenv());
            TallyStore tallies = TallyStore.open(options.data());
            start(options, tallies).stopOnShutdown(tallies::close);
        } catch (IllegalArgumentException | UncheckedIOException | ServerStartException e) {
            System.err.println("hello-sockets: " + e.getMessage());
            System.exit(1);
        }
    }

    @SuppressWarnings("SystemOut") // whoever started it waits for this line
    static Server start(Options options, TallyStore tallies) {
        Tokens tokens = Tokens.of(options.secret());
        Endpoint endpoint = Endpoint.builder()
                .socket("/socket", UserSocket.spec(PubSub.NO_NAME, tallies))
                .socket("/auth_socket", AuthSocket.spec(tokens))
                .build();
        Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(options.port())
                .files("/", "classpath:web")
                .handler("/token", HttpHandler.of(request -> token(request, tokens)))
                .start();
        System.out.println("listening on " + server.uri());
        return server;
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

    /**
     * What the command line and the environment say.
     *
     * @param port where to listen
     * @param data the file of the tallies
     * @param secret what tokens are signed with
     */
    record Options(int port, Path data, String secret) {
        static Options parse(String[] args, Map<String, String> env) {
            int port = port("PORT", env.getOrDefault("PORT", "4000"));
            Path data = Path.of("hello-sockets.db");
            Iterator<String> words = List.of(args).iterator();
            while (words.hasNext()) {
                String option = words.next();
                String value = words.hasNext() ? words.next() : "";
                switch (option) {
                    case "--port" -> port = port("--port", value);
                    case "--data" -> data = Path.of(value);
                    default -> throw new IllegalArgumentException(option + " (expected: --port N or --data FILE)");
                }
            }
            return new Options(port, data, env.getOrDefault("SECRET_KEY_BASE", DEMO_SECRET));
        }

        private static int port(String name, String text) {
            try {
                int port = Integer.parseInt(text);
                if (port >= 0 && port <= 65_535) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // falls through to the message
            }
            throw new IllegalArgumentException(name + ": \"" + text + "\" (expected: a port from 0 to 65535)");
        }
    }
}
