package auction;

import auction.Lot.Bid;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.server.Server;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.transport.HttpHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/** Starts the auction: a journal in a file, the lots that live in it, and a server for those who bid. */
public final class Main {
    static final String USAGE = """
            usage: ./simurgh auction [options]
              --port N      where it listens (default: $PORT, else 4000)
              --data FILE   where the bids are kept (default: data/auction.db)
              --help        this""";

    private Main() {}

    /** Runs until it is told to end, by SIGTERM. */
    @SuppressWarnings("SystemOut") // whoever started it waits for its line
    public static void main(String[] args) {
        String port = System.getenv().getOrDefault("PORT", "4000");
        Path data = Path.of("data", "auction.db");
        Iterator<String> words = List.of(args).iterator();
        try {
            while (words.hasNext()) {
                String option = words.next();
                switch (option) {
                    case "--port" -> port = value(option, words);
                    case "--data" -> data = Path.of(value(option, words));
                    case "--help" -> {
                        System.out.println(USAGE);
                        return;
                    }
                    default -> throw new IllegalArgumentException(option + " (expected: an option)\n" + USAGE);
                }
            }
            System.out.println("listening on " + start(port(port), data).uri());
        } catch (IllegalArgumentException | StoreException | ServerStartException e) {
            System.err.println("auction: " + e.getMessage());
            System.exit(1);
        }
    }

    static Server start(int port, Path data) {
        PayloadCodec codec = JacksonCodec.create();
        Journal journal = Journal.builder(JdbcStore.sqlite(data).open()).build();
        KeptTopics kept = KeptTopics.builder(journal)
                .keep(
                        "auction:*",
                        Retention.builder()
                                .maxEntries(100_000)
                                .maxAge(Duration.ofDays(1))
                                .build())
                .build();
        Durable<Lot, Bid> lots = Durable.of(journal, codec, Lot.spec());
        Endpoint endpoint = Endpoint.builder()
                .codec(codec)
                .part(kept)
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .channel("auction:*", AuctionChannel.spec(lots))
                                .build())
                .build();
        Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(port)
                .files("/", "classpath:auction/web")
                .handler("/pid", HttpHandler.of(request -> HttpHandler.Response.text(pid())))
                .start();
        server.stopOnShutdown(() -> {
            lots.close();
            journal.close();
        });
        return server;
    }

    /** Whom the page says to kill. */
    private static String pid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " without a value\n" + USAGE);
        }
        return words.next();
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port: \"" + text + "\" (expected: a number)", e);
        }
    }
}
