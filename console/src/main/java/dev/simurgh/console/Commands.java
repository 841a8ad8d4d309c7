package dev.simurgh.console;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointSnapshot;
import dev.simurgh.channel.EndpointSnapshot.ConnectionInfo;
import dev.simurgh.presence.Meta;
import dev.simurgh.presence.Presence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a console knows besides Java: lines that start with a slash. */
final class Commands {
    static final List<String> NAMES = List.of("/help", "/nodes", "/connections", "/topics", "/presence", "/exit");
    static final String GREETING = "Java inside this node: /help for help, /exit or Ctrl-D to leave";

    /** What leaves other prompts leaves here too. */
    private static final Pattern LEAVE = Pattern.compile("/exit|:q|(exit|quit);?");

    private static final int MOST = 50;
    private static final int PATIENCE_SECONDS = 5;
    private static final String HELP = """
            Java, run inside this node. A semicolon at the end of an input is not needed; inside a block, every statement needs one.
            For a start:
              node.self()                              the name of this node
              node.list()                              the other nodes of its cluster
              node.connect("other@127.0.0.1")          connects to another node
              endpoint.broadcast("topic", "event", Map.of("key", "value"))
              var n = endpoint.connectionCount()       declares; methods and classes can be declared too
            Commands:
              /nodes         this node and the others
              /connections   who is connected to this node
              /topics        topics of this node by number of subscribers
              /presence T    who is present on the topic T, on all nodes
              /exit          leaves, as Ctrl-D, exit, quit and :q do
            Keys: TAB completes, and shows signatures behind a parenthesis; arrow up and Ctrl-R find earlier lines;
            Ctrl-C clears the line, or interrupts what runs.""";

    private final Endpoint endpoint;
    private final List<String> names;
    private final List<Presence> presences;

    Commands(Endpoint endpoint, Map<String, Bound.Value> bound) {
        this.endpoint = endpoint;
        this.names = List.copyOf(bound.keySet());
        this.presences = bound.values().stream()
                .map(Bound.Value::object)
                .filter(Presence.class::isInstance)
                .map(Presence.class::cast)
                .toList();
    }

    /** Whether a line is a command, and not a comment. */
    static boolean isCommand(String line) {
        return line.startsWith("/") && !line.startsWith("//") && !line.startsWith("/*");
    }

    /** Whether an input ends the console. */
    static boolean leaves(String input) {
        return LEAVE.matcher(input.strip()).matches();
    }

    String run(String line) {
        String[] words = line.strip().split("\\s+", 2);
        if (words[0].equals("/presence")) {
            return presence(words.length == 1 ? "" : words[1]);
        }
        return switch (line.strip()) {
            case "/help" -> HELP + "\nNames: " + String.join(", ", names);
            case "/nodes" -> nodes();
            case "/connections" -> look(Commands::connections);
            case "/topics" -> look(Commands::topics);
            default -> Text.clean(line.strip()) + " (expected: one of " + String.join(" ", NAMES) + ")";
        };
    }

    private String nodes() {
        List<String> lines = new ArrayList<>(List.of(endpoint.node().self() + "  (this node)"));
        lines.addAll(endpoint.node().list());
        return String.join("\n", lines);
    }

    private String look(Function<EndpointSnapshot, String> view) {
        try {
            return view.apply(endpoint.snapshot().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return "no answer from an event loop within " + PATIENCE_SECONDS + " s: is something blocking it?";
        } catch (ExecutionException e) {
            return "failed: " + e.getCause();
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    private static String connections(EndpointSnapshot snapshot) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("SOCKET", "TRANSPORT", "VSN", "ID", "TOPICS")));
        snapshot.connections().stream()
                .sorted(Comparator.comparing((ConnectionInfo info) -> info.id().orElse(""))
                        .thenComparing(ConnectionInfo::mountPath))
                .limit(MOST)
                .forEach(info -> rows.add(List.of(
                        info.mountPath(),
                        info.transport(),
                        info.version(),
                        info.id().orElse("-"),
                        String.join(" ", info.topics()))));
        return table(rows, snapshot.connections().size(), "connection");
    }

    private static String topics(EndpointSnapshot snapshot) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("TOPIC", "SUBSCRIBERS")));
        snapshot.topics().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST)
                .forEach(topic -> rows.add(List.of(topic.getKey(), String.valueOf(topic.getValue()))));
        return table(rows, snapshot.topics().size(), "topic");
    }

    private String presence(String topic) {
        if (presences.isEmpty()) {
            return "/presence (expected: a console that was given one, by bind(\"presence\", presence))";
        }
        if (topic.isEmpty()) {
            return "/presence (expected: a topic behind it)";
        }
        return presences.stream()
                .map(presence ->
                        (presences.size() == 1 ? "" : Text.clean(presence.name()) + ": ") + present(presence, topic))
                .collect(Collectors.joining("\n"));
    }

    /** Each meta in a row of its own. */
    private static String present(Presence presence, String topic) {
        try {
            Map<String, List<Meta>> all = presence.list(topic);
            List<List<String>> rows = new ArrayList<>(List.of(List.of("KEY", "NODE", "META")));
            all.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .flatMap(one -> one.getValue().stream()
                            .map(meta -> List.of(
                                    one.getKey(),
                                    meta.node().name(),
                                    meta.payload().toString())))
                    .limit(MOST)
                    .forEach(rows::add);
            int metas = all.values().stream().mapToInt(List::size).sum();
            return all.isEmpty() ? "nobody" : all.size() + " present\n" + table(rows, metas, "meta");
        } catch (RuntimeException e) {
            return "failed: " + Text.clean(String.valueOf(e));
        }
    }

    private static String table(List<List<String>> rows, int all, String what) {
        String total = all + " " + what + (all == 1 ? "" : "s");
        if (all == 0) {
            return total;
        }
        return Text.table(rows) + "\n" + total + (all > MOST ? ", of which " + MOST + " are shown" : "");
    }
}
