package dev.simurgh.dashboard;

/**
 * What a viewer looks at. What is out of bounds is cut to them: no query is an error, so that the page of another version is answered, too.
 *
 * @param page such as {@code overview}
 * @param text what names have to contain, in whatever case; empty if all do
 * @param sort the key of a row that it is sorted by; empty for the page's own order
 * @param offset how many rows to leave out
 * @param limit how many rows there may be
 * @param id of which connection, by its number, or of which topic; empty if of none
 */
record Query(String page, String text, String sort, boolean descending, int offset, int limit, String id) {
    static final int MAX_TEXT_CHARS = 200;
    static final int MAX_ROWS = 1_100;
    static final int MAX_OFFSET = 10_000;
    /** As long as the name of a topic may be, which {@link dev.simurgh.channel.Limits} can change. */
    private static final int MAX_ID_CHARS = 16_384;

    Query {
        text = cut(text, MAX_TEXT_CHARS);
        sort = cut(sort, MAX_TEXT_CHARS);
        id = cut(id, MAX_ID_CHARS);
        offset = Math.max(0, Math.min(MAX_OFFSET, offset));
        limit = Math.max(1, Math.min(MAX_ROWS, limit));
    }

    /** A page as it is seen first. */
    static Query of(String page) {
        return new Query(page, "", "", false, 0, MAX_ROWS, "");
    }

    private static String cut(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars);
    }
}
