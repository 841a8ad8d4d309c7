package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class PipedConsoleTest {
    private final Endpoint endpoint =
            Endpoint.builder().nodeName("server@127.0.0.1").build();

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void theFirstLinesWorkAsTyped() {
        assertThat(answers(
                        "node.self()",
                        "node.list()",
                        "endpoint.broadcast(\"ping\", \"request_ping\", Map.of())",
                        "var n = 3",
                        "n + 1",
                        "n = 7",
                        "",
                        "// nothing",
                        "Duration.ofSeconds(n)",
                        "TimerRef none = null"))
                .containsExactly(
                        "==> \"server@127.0.0.1\"",
                        "==> []",
                        "ok",
                        "n ==> 3",
                        "==> 4",
                        "n ==> 7",
                        "",
                        "",
                        "==> PT7S",
                        "none ==> null",
                        "");
    }

    @Test
    void aBroadcastReachesThisNodesSubscribers() throws Exception {
        CompletableFuture<String> event = new CompletableFuture<>();
        endpoint.subscribe("ping", broadcast -> event.complete(broadcast.event()));

        answers("endpoint.broadcast(\"ping\", \"request_ping\", Map.of())");

        assertThat(event.get(10, TimeUnit.SECONDS)).isEqualTo("request_ping");
    }

    @Test
    void anInputMayHaveSeveralLinesAndALineSeveralInputs() {
        assertThat(answers(
                        "int twice(int x) {",
                        "  return 2 * x;",
                        "}",
                        "record Pair(int a, int b) { }",
                        "new Pair(twice(1), 3)",
                        "int a = 1; int b = 2"))
                .containsExactly("ok", "ok", "==> Pair[a=2, b=3]", "a ==> 1\nb ==> 2", "");
    }

    @Test
    void anExceptionIsShownInShortAndTheNextLineRuns() {
        assertThat(answers(
                        "void deep(int n) { if (n == 0) throw new IllegalStateException(\"outer\", new Error(\"inner\")); deep(n - 1); }",
                        "deep(50)",
                        "node.connect(\"other@127.0.0.1\")",
                        "1 + 1"))
                .satisfiesExactly(
                        answer -> assertThat(answer).isEqualTo("ok"),
                        answer -> assertThat(answer)
                                .startsWith("java.lang.IllegalStateException: outer\n    at ")
                                .contains("\n    ... 47 more\ncaused by java.lang.Error: inner\n    at ")
                                .hasLineCount(14),
                        answer -> assertThat(answer)
                                .startsWith(
                                        "java.lang.IllegalStateException: connect: server@127.0.0.1 takes part in no cluster"),
                        answer -> assertThat(answer).isEqualTo("==> 2"),
                        answer -> assertThat(answer).isEmpty());
    }

    @Test
    void whatToStringThrowsIsAnErrorWithItsException() {
        assertThat(answers(
                        "class Mute { public String toString() { throw new IllegalStateException(\"no words\"); } }",
                        "new Mute()",
                        "Mute mute = new Mute()",
                        "List.of(mute)",
                        "class Broken { public String toString() { throw new StackOverflowError(); } }",
                        "new Broken()",
                        "class Silent { public String toString() { return null; } }",
                        "new Silent()",
                        "throw new RuntimeException() { public String getMessage() { throw new Error(\"none\"); } }",
                        "1 + 1"))
                .satisfiesExactly(
                        answer -> assertThat(answer).isEqualTo("ok"),
                        answer -> assertThat(answer)
                                .startsWith("java.lang.IllegalStateException: no words\n    at ")
                                .contains("toString"),
                        answer -> assertThat(answer).startsWith("java.lang.IllegalStateException: no words\n    at "),
                        answer -> assertThat(answer).startsWith("java.lang.IllegalStateException: no words\n    at "),
                        answer -> assertThat(answer).isEqualTo("ok"),
                        answer -> assertThat(answer).startsWith("java.lang.StackOverflowError\n    at "),
                        answer -> assertThat(answer).isEqualTo("ok"),
                        answer -> assertThat(answer).isEqualTo("==> null"),
                        answer -> assertThat(answer)
                                .startsWith("java.lang.IllegalStateException: ")
                                .contains(", whose message, causes or frames threw java.lang.Error\n    at "),
                        answer -> assertThat(answer).isEqualTo("==> 2"),
                        answer -> assertThat(answer).isEmpty());
    }

    @Test
    void whatEndsOtherPromptsLeavesHereToo() {
        for (String word : List.of("/exit", "exit", "quit", ":q", "  exit  ", "exit;", "quit;")) {
            assertThat(answers("1 + 1", word, "2 + 2")).as(word).containsExactly("==> 2", "");
        }
        assertThat(answers("int exit = 3", "exit + 0", "{", "quit", "}").subList(0, 2))
                .as("in an expression, or a block, they are Java")
                .containsExactly("exit ==> 3", "==> 3");
    }

    @Test
    void aLineInsideABlockNeedsItsSemicolonAndTheMistakeSaysSo() {
        assertThat(answers("for (int i = 0; i < 2; i++) {", "  System.out.println(i)", "}", "1 + 1"))
                .satisfiesExactly(
                        answer -> assertThat(answer).contains("';' expected"),
                        answer -> assertThat(answer).isEqualTo("==> 2"),
                        answer -> assertThat(answer).isEmpty());
        assertThat(answers("/help").get(0)).contains("inside a block, every statement needs one");
    }

    @Test
    void aMistakeIsShownWithItsPlace() {
        assertThat(answers("int n = node.lst()", "foo(").get(0)).isEqualTo("""
                        int n = node.lst();
                                ^^^^^^^^
                        error: cannot find symbol
                          symbol:   method lst()
                          location: variable node of type dev.simurgh.pubsub.Node""");
    }

    @Test
    void whatTheCompilerCannotBearIsShownAndTheNextLineRuns() {
        PrintStream err = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream())); // javac tells of it at length
        try {
            assertThat(answers("1" + " + 1".repeat(5_000), "1 + 1"))
                    .satisfiesExactly(
                            answer -> assertThat(answer)
                                    .startsWith("error: the compiler failed: java.lang.")
                                    .hasLineCount(1),
                            answer -> assertThat(answer).isEqualTo("==> 2"),
                            answer -> assertThat(answer).isEmpty());
        } finally {
            System.setErr(err);
        }
    }

    @Test
    void anInputWithoutItsEndIsToldAndNotRun() {
        assertThat(answers("1 + 1", "foo(", "2 + 2", "/exit"))
                .containsExactly(
                        "==> 2",
                        "incomplete: foo( (expected: an end of it; it was not run, nor were the lines behind it: 2)");
        assertThat(answers("int n = (3"))
                .containsExactly("incomplete: int n = (3 (expected: an end of it; it was not run)");
    }

    @Test
    void anAnswerBeginsALineThoughASnippetHasBegunOne() {
        assertThat(answers("System.out.print(\"half\" + \" a line\")", "1 + 1"))
                .containsExactly("half a line\nok", "==> 2", "");
    }

    @Test
    void whatIsStoppedBeforeItRunsDoesNotRun() {
        AtomicInteger counter = new AtomicInteger();
        try (Snippets snippets = Snippets.start(
                getClass().getClassLoader(), Map.of("counter", new Bound.Value(AtomicInteger.class, counter)))) {
            String input = "counter.incrementAndGet(); counter.incrementAndGet()";
            assertThat(snippets.isComplete(input)).isTrue();
            snippets.stop(); // Ctrl-C while the input is still compiled

            assertThat(snippets.run(input)).isEqualTo("interrupted");
            assertThat(counter).hasValue(0);

            assertThat(snippets.isComplete(input)).isTrue();
            assertThat(snippets.run(input)).isEqualTo("==> 1\n==> 2");
        }
    }

    @Test
    void valuesAreCutAndSendNothingToTheTerminal() {
        List<String> answers = answers("\"x\".repeat(20000)", "new StringBuilder(\"a\\u001b[31mb\")");

        assertThat(answers.get(0)).hasSizeBetween(10_000, 10_100).endsWith("more characters)");
        assertThat(answers.get(1)).isEqualTo("==> a\\u001b[31mb");
    }

    @Test
    void boundObjectsAreTheLiveOnes() {
        AtomicInteger counter = new AtomicInteger(3);

        List<String> answers = answers(Console.of(endpoint).bind("counter", counter), "counter.incrementAndGet()");

        assertThat(answers.get(0)).isEqualTo("==> 4");
        assertThat(counter).hasValue(4);
    }

    @Test
    void whatSnippetsCouldNotNameCannotBeBound() {
        Console console = Console.of(endpoint);

        assertThatThrownBy(() -> console.bind("secret", new Hidden()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: dev.simurgh.console.PipedConsoleTest$Hidden (expected: a public class in a named"
                        + " package, or bind(name, type, object) with such a type)");
        assertThatThrownBy(() -> console.bind("n", (Supplier<String>) () -> "lambda"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> console.bind("node", new Object()))
                .hasMessage("name: node twice (expected: one object for each name)");
        assertThatThrownBy(() -> console.bind("exit", "a text"))
                .hasMessage("name: exit (expected: another one, as exit leaves the console)");
        for (String name : List.of("", "a.b", "1a", "class")) {
            assertThatThrownBy(() -> console.bind(name, new Object()))
                    .hasMessage("name: " + name + " (expected: the name of a variable)");
        }
    }

    /** Not public. */
    private static final class Hidden {}

    @Test
    void commandsShowTheNode() {
        endpoint.subscribe("room:1", broadcast -> {});
        endpoint.subscribe("room:2", broadcast -> {});
        endpoint.subscribe("room:2", broadcast -> {});
        endpoint.subscribe("evil:\u001b[2J", broadcast -> {});

        List<String> answers = answers("/nodes", "/topics", "/connections", "/help", "/bla", "/exit", "1 + 1");

        assertThat(answers).hasSize(6).startsWith("server@127.0.0.1  (this node)", """
                        TOPIC           SUBSCRIBERS
                        room:2          2
                        evil:\\u001b[2J  1
                        room:1          1
                        3 topics""", "0 connections");
        assertThat(answers.get(3)).contains("node.connect(").endsWith("Names: endpoint, node");
        assertThat(answers.get(4))
                .isEqualTo("/bla (expected: one of /help /nodes /connections /topics /presence /exit)");
    }

    @Test
    void presenceShowsWhoIsOnATopic() {
        Presence presence = Presence.builder().build();
        Presence stray = Presence.builder().build(); // of no endpoint
        try (Endpoint other = Endpoint.builder()
                        .nodeName("server@127.0.0.1")
                        .part(presence)
                        .build();
                PresenceOwner phone = presence.owner();
                PresenceOwner laptop = presence.owner()) {
            phone.track("room:1", "Attar", Map.of("device", "phone"));
            laptop.track("room:1", "Attar", Map.of("device", "laptop"));
            laptop.track("room:1", "\u001b[2J", Map.of());

            List<String> answers = answers(
                    Console.of(other).bind("presence", presence),
                    "/presence room:1",
                    "/presence  nowhere",
                    "/presence");

            assertThat(answers).startsWith("""
                            2 present
                            KEY        NODE              META
                            \\u001b[2J  server@127.0.0.1  {}
                            Attar      server@127.0.0.1  {"device":"phone"}
                            Attar      server@127.0.0.1  {"device":"laptop"}
                            3 metas""", "nobody", "/presence (expected: a topic behind it)");
            assertThat(answers(Console.of(other).bind("stray", stray), "/presence room:1")
                            .get(0))
                    .startsWith("failed: ");
        }
        assertThat(answers("/presence room:1"))
                .startsWith("/presence (expected: a console that was given one, by bind(\"presence\", presence))");
    }

    @Test
    void noSocketIsOpened() {
        Console console = Console.of(endpoint).bind("sockets", Supplier.class, PipedConsoleTest::sockets);
        long before = sockets();

        assertThat(answers(console, "sockets.get()").get(0)).isEqualTo("==> " + before);
    }

    private static long sockets() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> target(file).startsWith("socket:")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return "gone";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aConsoleRunsOnce() {
        Console console = Console.of(endpoint);
        answers(console);

        assertThatThrownBy(() -> answers(console))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("run twice (expected: a console of its own for each run)");
    }

    @Test
    void whatABoundNameStoodForIsLetGoAtTheEnd() {
        long console = Bound.add(Map.of("x", new Bound.Value(String.class, "live")));
        assertThat(Bound.get(console, "x")).isEqualTo("live");

        Bound.remove(console);

        assertThatThrownBy(() -> Bound.get(console, "x"))
                .hasMessage("bound: x of console " + console + " (expected: a name that a running console has bound)");
    }

    private List<String> answers(String... lines) {
        return answers(Console.of(endpoint), lines);
    }

    /** What stands behind each prompt. */
    private static List<String> answers(Console console, String... lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        console.run(snippets -> new PipedLines(new ByteArrayInputStream(in), out, console.prompt(), snippets));
        String[] parts = out.toString(StandardCharsets.UTF_8).split("server@127\\.0\\.0\\.1> ", -1);
        assertThat(parts[0]).isEmpty();
        return Stream.of(parts).skip(1).map(String::stripTrailing).toList();
    }
}
