package dev.simurgh.dashboard;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer wants to see from now on: the payload of {@code look}. All but the page may be left out.
 *
 * @param node the name of one node; all if it is empty
 * @param seq comes back with each view of it
 */
record Look(
        @Nullable String page,
        @Nullable String node,
        @Nullable String text,
        @Nullable String sort,
        @Nullable Boolean desc,
        @Nullable Integer offset,
        @Nullable Integer limit,
        @Nullable String id,
        @Nullable Long seq) {
    static final String OVERVIEW = "overview";
    static final int MAX_ROWS = 100;
    static final int MAX_OFFSET = 10_000;

    private static final Set<String> PAGES =
            Set.of(OVERVIEW, "connections", "connection", "topics", "topic", "channels", "limits", "loops");
    private static final int MAX_TEXT_CHARS = 200;
    private static final int MAX_ID_CHARS = 1000;
    private static final Pattern KEY = Pattern.compile("[a-z0-9_]{0,40}");
    private static final int DEFAULT_ROWS = 50;

    /** What is wrong with it, if anything is. */
    Optional<String> fault(List<String> nodes) {
        if (!PAGES.contains(or(page, ""))) {
            return Optional.of("page: " + cut(or(page, "")) + " (expected: one of "
                    + PAGES.stream().sorted().toList() + ")");
        }
        if (!node().isEmpty() && !nodes.contains(node())) {
            return Optional.of("node: " + cut(node()) + " (expected: one of " + nodes + ")");
        }
        if (or(text, "").length() > MAX_TEXT_CHARS) {
            return Optional.of(
                    "text: " + or(text, "").length() + " characters (expected: at most " + MAX_TEXT_CHARS + ")");
        }
        if (or(id, "").length() > MAX_ID_CHARS) {
            return Optional.of("id: " + or(id, "").length() + " characters (expected: at most " + MAX_ID_CHARS + ")");
        }
        if (!KEY.matcher(or(sort, "")).matches()) {
            return Optional.of("sort: " + cut(or(sort, "")) + " (expected: the name of a column)");
        }
        if (offset() < 0 || offset() > MAX_OFFSET) {
            return Optional.of("offset: " + offset() + " (expected: 0 to " + MAX_OFFSET + ")");
        }
        if (limit() < 1 || limit() > MAX_ROWS) {
            return Optional.of("limit: " + limit() + " (expected: 1 to " + MAX_ROWS + ")");
        }
        return Optional.empty();
    }

    Query query() {
        return new Query(or(page, ""), or(text, ""), or(sort, ""), or(desc, true), offset(), limit(), or(id, ""));
    }

    @Override
    public String node() {
        return or(node, "");
    }

    @Override
    public Integer offset() {
        return or(offset, 0);
    }

    @Override
    public Integer limit() {
        return or(limit, DEFAULT_ROWS);
    }

    boolean isOverview() {
        return OVERVIEW.equals(page);
    }

    long number() {
        return or(seq, 0L);
    }

    private static <T> T or(@Nullable T given, T other) {
        return given == null ? other : given;
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "…";
    }
}
