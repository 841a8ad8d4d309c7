package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the nodes of the cluster, this one among them, and answers when it is asked. A node that has not answered the last time is asked again, but not waited for: it
 * delays one view, and no other. For any thread.
 */
final class Nodes implements NodeListener {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Nodes.class);
    private static final String KIND = "dashboard";
    /** Questions of others, and their answers, that are worked on at a time; more are not answered. */
    private static final int MAX_AT_WORK = 64;

    private final Endpoint endpoint;
    private final Executor thread;
    private final Function<Map<String, Object>, CompletableFuture<Map<String, Object>>> answerer;
    private final AtomicLong lastNumber = new AtomicLong();
    private final AtomicBoolean unreadable = new AtomicBoolean();
    private final AtomicInteger atWork = new AtomicInteger();
    private final Map<Long, Open> open = new ConcurrentHashMap<>();
    private final Set<NodeId> silent = ConcurrentHashMap.newKeySet();

    /** A question that a node has not answered yet. */
    private record Open(NodeId to, Gathering gathering) {}

    /**
     * @param thread works on what other nodes say
     * @param answerer answers for this node, without blocking
     */
    Nodes(
            Endpoint endpoint,
            Executor thread,
            Function<Map<String, Object>, CompletableFuture<Map<String, Object>>> answerer) {
        this.endpoint = endpoint;
        this.thread = thread;
        this.answerer = answerer;
    }

    private Node node() {
        return endpoint.node();
    }

    void start() {
        node().addListener(this);
        node().addHandler(KIND, this::received);
    }

    void stop() {
        node().removeHandler(KIND);
        node().removeListener(this);
        open.values().forEach(question -> question.gathering.conclude());
        open.clear();
    }

    String self() {
        return node().self();
    }

    /** This node and the others, by name. */
    List<String> names() {
        List<String> names = new ArrayList<>(node().list());
        names.add(0, node().self());
        return names;
    }

    /**
     * Asks.
     *
     * @param which the name of a node; all of them if it is empty
     * @return completes within {@link #PATIENCE}, on any thread, and does not fail
     */
    CompletableFuture<Gathering.Answers> ask(String which, Map<String, Object> question) {
        boolean self = which.isEmpty() || which.equals(node().self());
        List<NodeId> others = node().others().stream()
                .filter(other -> which.isEmpty() || other.name().equals(which))
                .toList();
        List<String> asked = new ArrayList<>();
        Set<String> prompt = new HashSet<>();
        if (self) {
            asked.add(node().self());
            prompt.add(node().self());
        }
        others.forEach(other -> {
            asked.add(other.name());
            if (!silent.contains(other) || !which.isEmpty()) {
                prompt.add(other.name());
            }
        });
        Gathering gathering = new Gathering(asked, prompt);
        List<Long> numbers = askOthers(others, question, gathering);
        Runnable cancel = endpoint.timers().schedule(PATIENCE, () -> outOfPatience(numbers, gathering));
        if (self) {
            answerMyself(question, gathering);
        } else if (others.isEmpty()) {
            gathering.conclude();
        }
        return gathering.whole().whenComplete((answers, failure) -> {
            if (answers != null && answers.silent().isEmpty()) {
                cancel.run();
            }
        });
    }

    private List<Long> askOthers(List<NodeId> others, Map<String, Object> question, Gathering gathering) {
        List<Long> numbers = new ArrayList<>();
        for (NodeId other : others) {
            long number = lastNumber.incrementAndGet();
            byte[] message = new NodeMessage(NodeMessage.Kind.QUESTION, number, question).encode(endpoint.codec());
            open.put(number, new Open(other, gathering));
            numbers.add(number);
            if (!node().send(other, KIND, message)) {
                settled(number);
            }
        }
        return numbers;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it tells the gathering, whatever came of it
    private void answerMyself(Map<String, Object> question, Gathering gathering) {
        answer(question).whenComplete((answer, failure) -> {
            if (answer == null) {
                log.warn("this node has not answered its dashboard", failure);
                gathering.settled(node().self());
            } else {
                gathering.answered(node().self(), answer);
            }
        });
    }

    private CompletableFuture<Map<String, Object>> answer(Map<String, Object> question) {
        try {
            return answerer.apply(question);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void outOfPatience(List<Long> numbers, Gathering gathering) {
        for (long number : numbers) {
            Open question = open.remove(number);
            if (question != null && node().others().contains(question.to)) {
                silent.add(question.to); // unless it has gone meanwhile
            }
        }
        gathering.conclude();
    }

    private void settled(long number) {
        Open question = open.remove(number);
        if (question != null) {
            question.gathering.settled(question.to.name());
        }
    }

    @Override
    public void nodeDown(NodeId node) {
        silent.remove(node);
        open.forEach((number, question) -> {
            if (question.to.equals(node)) {
                settled(number);
            }
        });
    }

    /** On a thread of the cluster. */
    private void received(NodeId from, byte[] bytes) {
        if (atWork.incrementAndGet() > MAX_AT_WORK) {
            atWork.decrementAndGet();
            return; // who has asked takes this node for silent
        }
        try {
            thread.execute(() -> {
                try {
                    NodeMessage.decode(bytes, endpoint.codec()).ifPresent(message -> received(from, message));
                } catch (RuntimeException e) {
                    cannotRead(from, e);
                } finally {
                    atWork.decrementAndGet();
                }
            });
        } catch (RejectedExecutionException e) {
            atWork.decrementAndGet();
        }
    }

    /** Said once: it is the codec's way, and comes with each message. */
    private void cannotRead(NodeId from, RuntimeException why) {
        if (unreadable.compareAndSet(false, true)) {
            log.error(
                    "the dashboard shows no other nodes: what {} says cannot be read (expected: a codec that decodes any JSON object to a Map)",
                    from,
                    why);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is answered, whatever came of it
    private void received(NodeId from, NodeMessage message) {
        switch (message.kind()) {
            case QUESTION ->
                answer(message.content())
                        .whenComplete((answer, failure) -> reply(from, message.number(), answer, failure));
            case ANSWER, FAILURE -> {
                Open question = open.get(message.number());
                if (question == null || !question.to.equals(from)) {
                    silent.remove(from); // late, but there
                } else if (open.remove(message.number(), question)) {
                    silent.remove(from);
                    conclude(question, message);
                }
            }
        }
    }

    private static void conclude(Open question, NodeMessage message) {
        if (message.kind() == NodeMessage.Kind.ANSWER) {
            question.gathering.answered(question.to.name(), message.content());
        } else {
            log.debug("{} has not answered its dashboard: {}", question.to, message.content());
            question.gathering.settled(question.to.name());
        }
    }

    private void reply(NodeId to, long number, @Nullable Map<String, Object> answer, @Nullable Throwable failure) {
        byte[] message = answer == null
                ? failure(number, "failed: " + failure)
                : new NodeMessage(NodeMessage.Kind.ANSWER, number, answer).encode(endpoint.codec());
        if (message.length > NodeMessage.MAX_BYTES) {
            message = failure(
                    number, "answer: " + message.length + " bytes (expected: at most " + NodeMessage.MAX_BYTES + ")");
        }
        node().send(to, KIND, message);
    }

    private byte[] failure(long number, String reason) {
        log.debug("a dashboard's question was not answered: {}", reason);
        return NodeMessage.failure(number, reason).encode(endpoint.codec());
    }

    /** How many questions are open; none when nobody looks. */
    int openQuestions() {
        return open.size();
    }

    /** As {@link #ask}, of one node that is to do something. */
    CompletableFuture<Optional<Map<String, Object>>> askOne(String node, Map<String, Object> question) {
        return ask(node, question)
                .thenApply(answers -> Optional.ofNullable(answers.byNode().get(node)));
    }
}
