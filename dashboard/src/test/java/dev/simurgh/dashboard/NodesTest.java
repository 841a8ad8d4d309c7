package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.testkit.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asking the nodes of a cluster, on the test's own clock. */
class NodesTest {
    private static final Map<String, Object> QUESTION = Map.of("what", "view");

    private final VirtualClock clock = VirtualClock.create();
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final List<Endpoint> endpoints = new ArrayList<>();

    @AfterEach
    void close() {
        endpoints.forEach(Endpoint::close);
    }

    private Endpoint endpoint(String name) {
        Endpoint endpoint = Endpoint.builder()
                .cluster(cluster.node(name))
                .codec(JacksonCodec.create())
                .timers(clock)
                .scheduler(Runnable::run)
                .build();
        endpoints.add(endpoint);
        return endpoint;
    }

    private Nodes member(String name, Function<Map<String, Object>, CompletableFuture<Map<String, Object>>> answerer) {
        Nodes nodes = new Nodes(endpoint(name), Runnable::run, answerer);
        nodes.start();
        return nodes;
    }

    private Nodes member(String name) {
        return member(name, question -> CompletableFuture.completedFuture(Map.of("of", name)));
    }

    private static Gathering.Answers now(CompletableFuture<Gathering.Answers> answers) {
        assertThat(answers).isCompleted();
        return answers.join();
    }

    @Test
    void allNodesAnswerOrOne() {
        Nodes a = member("a");
        member("b");
        member("c");

        Gathering.Answers all = now(a.ask("", QUESTION));
        assertThat(all.byNode().keySet()).containsExactly("a", "b", "c");
        assertThat(all.byNode().get("c")).containsEntry("of", "c");
        assertThat(all.silent()).isEmpty();
        assertThat(now(a.ask("b", QUESTION)).byNode()).containsOnlyKeys("b");
        assertThat(now(a.ask("nobody", QUESTION)).byNode()).isEmpty();
        assertThat(a.names()).containsExactly("a", "b", "c");
        assertThat(a.openQuestions()).isZero();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void aNodeThatHangsDelaysOneAnswerAndNoOther() {
        Nodes a = member("a");
        List<CompletableFuture<Map<String, Object>>> hung = new ArrayList<>();
        member("b", question -> {
            CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
            hung.add(answer);
            return answer;
        });
        member("c");

        CompletableFuture<Gathering.Answers> first = a.ask("", QUESTION);
        assertThat(first).isNotCompleted();
        clock.advance(Nodes.PATIENCE);
        assertThat(now(first).silent()).containsExactly("b");
        assertThat(now(first).byNode().keySet()).containsExactly("a", "c");

        assertThat(now(a.ask("", QUESTION)).silent()).as("not waited for again").containsExactly("b");
        hung.get(0).complete(Map.of("of", "b"));
        CompletableFuture<Gathering.Answers> third = a.ask("", QUESTION);
        assertThat(third).as("it has shown that it is there").isNotCompleted();
        hung.get(2).complete(Map.of("of", "b"));
        assertThat(now(third).silent()).isEmpty();
        clock.advance(Nodes.PATIENCE);
        assertThat(a.openQuestions()).isZero();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void thisNodeIsNotWaitedForEitherIfItHangs() {
        Nodes a = member("a", question -> new CompletableFuture<>());
        CompletableFuture<Gathering.Answers> answers = a.ask("", QUESTION);
        clock.advance(Nodes.PATIENCE);
        assertThat(now(answers).silent()).containsExactly("a");
    }

    @Test
    void aNodeThatThrowsOrHasNoDashboardIsSilent() {
        Nodes a = member("a");
        member("b", question -> {
            throw new IllegalStateException("test");
        });
        assertThat(now(a.ask("", QUESTION)).silent())
                .as("it has said that it fails")
                .containsExactly("b");
        endpoint("c");

        CompletableFuture<Gathering.Answers> answers = a.ask("", QUESTION);
        clock.advance(Nodes.PATIENCE);
        assertThat(now(answers).silent()).containsExactly("b", "c");
    }

    @Test
    void aNodeThatEndsIsNotWaitedFor() {
        Nodes a = member("a");
        member("b", question -> new CompletableFuture<>());
        CompletableFuture<Gathering.Answers> answers = a.ask("", QUESTION);
        endpoints.remove(1).close();
        assertThat(now(answers).silent()).containsExactly("b");
        assertThat(a.openQuestions()).isZero();
    }

    @Test
    void whatAnotherVersionSaysHasNoAnswer() {
        Nodes a = member("a");
        Endpoint b = endpoint("b");
        List<byte[]> heard = new ArrayList<>();
        b.node().addHandler("dashboard", (from, message) -> heard.add(message));
        NodeId to = b.node().others().get(0);
        for (byte[] message : List.of(
                new byte[0],
                new byte[] {1},
                "\u0002\u0001\0\0\0\0\0\0\0\0{}".getBytes(StandardCharsets.ISO_8859_1),
                "\u0001\u0009\0\0\0\0\0\0\0\0{}".getBytes(StandardCharsets.ISO_8859_1),
                "\u0001\u0001\0\0\0\0\0\0\0\0{".getBytes(StandardCharsets.ISO_8859_1),
                new byte[NodeMessage.MAX_BYTES + 1])) {
            b.node().send(to, "dashboard", message);
        }
        assertThat(heard).isEmpty();
        assertThat(b.node().messageStats().received()).isZero();
        assertThat(a.openQuestions()).isZero();
    }

    @Test
    void rubbishOfAnotherNodeHarmsNothing() {
        Nodes a = member("a");
        Endpoint b = endpoint("b");
        NodeId to = b.node().others().get(0);
        Random random = new Random(7);
        byte[] good =
                new NodeMessage(NodeMessage.Kind.QUESTION, 1, NodeAnswers.view(Query.of("overview"))).encode(b.codec());
        for (int i = 0; i < 2_000; i++) {
            byte[] message = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int changes = random.nextInt(4); changes > 0 && message.length > 0; changes--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            b.node().send(to, "dashboard", message);
        }
        byte[] deep = Arrays.copyOf(good, 100_000);
        Arrays.fill(deep, 10, deep.length, (byte) '[');
        b.node().send(to, "dashboard", deep);

        assertThat(endpoints.get(0).node().messageStats().failed()).isZero();
        member("c");
        assertThat(a.ask("c", QUESTION))
                .isCompletedWithValueMatching(answers -> answers.silent().isEmpty());
    }

    @Test
    void onlyWhoWasAskedAnswers() {
        Nodes a = member("a");
        Endpoint b = endpoint("b");
        List<byte[]> asked = new ArrayList<>();
        b.node().addHandler("dashboard", (from, message) -> asked.add(message));
        Endpoint c = endpoint("c");
        c.node().addHandler("dashboard", (from, message) -> {});
        CompletableFuture<Gathering.Answers> answers = a.ask("", QUESTION);
        NodeMessage question = NodeMessage.decode(asked.get(0), b.codec()).orElseThrow();
        byte[] forged =
                new NodeMessage(NodeMessage.Kind.ANSWER, question.number(), Map.of("of", "c")).encode(c.codec());

        c.node().send(c.node().others().get(0), "dashboard", forged);
        assertThat(answers).isNotCompleted();
        clock.advance(Nodes.PATIENCE);
        assertThat(now(answers).silent()).containsExactly("b", "c");
    }

    @Test
    void anAnswerThatIsTooLongIsNone() {
        Nodes a = member("a");
        member("b", question -> CompletableFuture.completedFuture(Map.of("text", "x".repeat(NodeMessage.MAX_BYTES))));
        assertThat(now(a.ask("", QUESTION)).silent()).containsExactly("b");
    }
}
