package dev.simurgh.transport.http;

import dev.simurgh.channel.Assigns;
import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.loop.TimedLoop;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One request, which is answered once: what a server has to offer so that routes can answer on it. What a request says is for its event loop, until
 * there is an answer.
 */
public interface Exchange {
    /** How long an answer may still take once somebody wants to know what has become of it: half a second. */
    int SETTLE_TICKS = IdleWheel.ticks(Duration.ofMillis(500));

    /** The method, such as {@code GET}. */
    String method();

    /** Tells whether that is the method. */
    default boolean isMethod(String name) {
        return method().equals(name);
    }

    /**
     * Tells whether it asks for a WebSocket over HTTP/2: it is a CONNECT that has a path, and its server can make one of it. Default no.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8441#section-4">RFC 8441, section 4</a>
     */
    default boolean isTunnel() {
        return false;
    }

    /** What was asked for; where it names a host, so does the header {@code Host}. */
    Target target();

    /** The path as the client sent it. */
    default String path() {
        return target().path();
    }

    /** The query as the client sent it, or an empty text. */
    default String rawQuery() {
        return target().rawQuery();
    }

    /** The version of HTTP, such as {@code HTTP/1.1}. */
    String protocol();

    /** A header, by name in any case: the first of that name, or an empty text. */
    String header(String name);

    /** All headers of a name in any case, in order. */
    List<String> headers(String name);

    /** Tells whether a header that is a list has a word among its values, in any case; RFC 9110, section 5.6.1. */
    default boolean lists(String name, String word) {
        for (String value : headers(name)) {
            for (String each : value.split(",", -1)) {
                if (each.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Goes through all headers, by their names as they were sent; one that came several times is told several times. */
    void eachHeader(BiConsumer<String, String> look);

    /** The body, if its route takes one; not copied. */
    byte[] body();

    /** Who is at the other end of the connection, or behind a proxy that the connection itself tells of. */
    InetSocketAddress peer();

    /** Whether it came over TLS of the server's own. */
    boolean secure();

    /** Who the client is, as whoever has taken the request says; {@code connect} finds it in its connect info. */
    default Optional<Principal> principal() {
        return Optional.empty();
    }

    /** What the server knows of the client beside that; {@code connect} finds it in its connect info. */
    default Assigns values() {
        return Assigns.EMPTY;
    }

    /** The event loop of its client. */
    TimedLoop loop();

    /** Tells that the server is about to stop. */
    boolean draining();

    /** Whether the client has not gone, as far as is known. For any thread. */
    boolean isThere();

    /** Whether there is somebody to answer. On the event loop. */
    boolean isWaiting();

    /**
     * Lets the answer take as long as handlers may. If there is none by then, the client gets what the route has for a {@link Route#failure} of 503. On
     * the event loop.
     *
     * @param whenOver runs on the event loop once there is an answer, or the client has gone
     */
    void waitForAnswer(Runnable whenOver);

    /**
     * As above, for so many ticks. It is the client for which it waits, so this is the first to go if it keeps room that others need. On the event loop.
     *
     * @param whenOver runs on the event loop once there is an answer, or the client has gone
     */
    void waitForAnswer(int ticks, Runnable whenOver);

    /**
     * As {@link #waitForAnswer(int, Runnable)}, for a request that waits for something to tell: it does not count as pending, and what it was is
     * forgotten.
     *
     * @param complete adds headers to the answer, instead of {@link Route#complete}
     */
    void park(int ticks, Consumer<HeaderSetter> complete, Runnable whenOver);

    /** Has the client get this if there is no answer in time. On the event loop. */
    void ifLate(Supplier<Answer> answer);

    /** Answers, from any thread; an answer more does nothing. */
    void respond(Answer answer);

    /**
     * Answers, from any thread.
     *
     * @param whenSettled hears, once, whether the answer has gone out, all of it: on the event loop, or on the calling thread if there is no such loop any
     *     more
     */
    void respond(Answer answer, Consumer<Boolean> whenSettled);

    /**
     * Ends the connection if its answer is still on the way after {@link #SETTLE_TICKS}, so that it is known what has become of it. Not at once: a server
     * may hear of an answer that has gone out only in its next turn, and a client that reads may have most of it. From any thread.
     */
    void settle();

    /** Ends the connection at once if its answer is still on the way: there is no room for it any more. From any thread. */
    void cutOff();
}
