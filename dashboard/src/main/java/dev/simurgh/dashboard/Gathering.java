package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The answers of several nodes to one question, until those that are waited for have answered, or the time is over. For any thread. */
final class Gathering {
    private final List<String> asked;
    private final Set<String> awaited;
    private final Map<String, Map<String, Object>> answers = new LinkedHashMap<>();
    private final CompletableFuture<Answers> whole = new CompletableFuture<>();

    /**
     * What has come.
     *
     * @param byNode in the order of the nodes that were asked
     * @param silent the nodes that have not answered
     */
    record Answers(Map<String, Map<String, Object>> byNode, List<String> silent) {}

    /**
     * @param asked the names of the nodes
     * @param prompt those of them that are waited for
     */
    Gathering(List<String> asked, Set<String> prompt) {
        this.asked = asked;
        this.awaited = new HashSet<>(prompt);
    }

    CompletableFuture<Answers> whole() {
        return whole;
    }

    void answered(String node, Map<String, Object> answer) {
        synchronized (this) {
            answers.put(node, answer);
        }
        settled(node);
    }

    /** No answer will come from a node. */
    void settled(String node) {
        boolean done;
        synchronized (this) {
            awaited.remove(node);
            done = awaited.isEmpty();
        }
        if (done) {
            conclude();
        }
    }

    /** Waits no longer. */
    void conclude() {
        whole.complete(sorted());
    }

    private synchronized Answers sorted() {
        Map<String, Map<String, Object>> byNode = new LinkedHashMap<>();
        List<String> silent = new ArrayList<>();
        for (String node : asked) {
            Map<String, Object> answer = answers.get(node);
            if (answer == null) {
                silent.add(node);
            } else {
                byNode.put(node, answer);
            }
        }
        return new Answers(byNode, silent);
    }
}
