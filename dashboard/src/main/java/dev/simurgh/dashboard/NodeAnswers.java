package dev.simurgh.dashboard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a node of the cluster, or this node itself, may ask this one, and what it gets. Those who ask are nodes of the cluster: they have let in whoever they ask for.
 */
final class NodeAnswers {
    private static final String WHAT = "what";
    private static final String VIEW = "view";
    private static final String HISTORY = "history";
    private static final String FRAMES = "frames";
    private static final String CUT = "cut";

    private final NodeView view;
    private final NodeTaps taps;

    NodeAnswers(NodeView view, NodeTaps taps) {
        this.view = view;
        this.taps = taps;
    }

    static Map<String, Object> view(Query query) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put(WHAT, VIEW);
        question.put("page", query.page());
        question.put("text", query.text());
        question.put("sort", query.sort());
        question.put("descending", query.descending());
        question.put("offset", query.offset());
        question.put("limit", query.limit());
        question.put("id", query.id());
        return question;
    }

    static Map<String, Object> history() {
        return Map.of(WHAT, HISTORY);
    }

    /** @param asker the node whose viewers look: only there are broadcasts seen, which come to each node */
    static Map<String, Object> frames(String asker, String topic) {
        return Map.of(WHAT, FRAMES, "asker", asker, "topic", topic);
    }

    static Map<String, Object> cut(String id, Session session) {
        return Map.of(WHAT, CUT, "id", id, "name", session.viewer().name(), "from", session.from());
    }

    /** Tells whether a connection was cut. */
    static boolean isCut(Map<String, Object> answer) {
        return Boolean.TRUE.equals(answer.get(CUT));
    }

    /**
     * Answers, without blocking.
     *
     * @param self the name of this node
     * @throws IllegalArgumentException if it is no question that this version knows
     */
    CompletableFuture<Map<String, Object>> answer(String self, Map<String, Object> question) {
        return switch (text(question, WHAT)) {
            case VIEW -> view.answer(query(question));
            case HISTORY -> view.history();
            case FRAMES -> CompletableFuture.completedFuture(frames(self, question));
            case CUT -> cut(question);
            default ->
                throw new IllegalArgumentException(WHAT + ": " + text(question, WHAT) + " (expected: one of " + VIEW
                        + ", " + HISTORY + ", " + FRAMES + ", " + CUT + ")");
        };
    }

    private static Query query(Map<String, Object> question) {
        return new Query(
                text(question, "page"),
                text(question, "text"),
                text(question, "sort"),
                Boolean.TRUE.equals(question.get("descending")),
                Rows.number(question.get("offset")).intValue(),
                Rows.number(question.get("limit")).intValue(),
                text(question, "id"));
    }

    private Map<String, Object> frames(String self, Map<String, Object> question) {
        String asker = text(question, "asker");
        return taps.take(asker, text(question, "topic"), asker.equals(self));
    }

    private CompletableFuture<Map<String, Object>> cut(Map<String, Object> question) {
        Audit.write(text(question, "name"), text(question, "from"), "cuts connection", text(question, "id"));
        return view.cut(text(question, "id")).thenApply(cut -> Map.of(CUT, cut));
    }

    private static String text(Map<String, Object> question, String name) {
        return question.get(name) instanceof String text ? text : "";
    }
}
