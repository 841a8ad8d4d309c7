package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.testkit.Inbox.Item;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an assertion looks for in an inbox, and its refutation hopes not to find: the same for both, so that the one is the contrary of
 * the other.
 *
 * @param words what is looked for, for a human being
 * @param near what a failure shows, since it may have been meant
 * @param exactly what is looked for, of that
 * @param note why something near is not what is looked for; often empty
 */
record Wanted(String words, Predicate<Item> near, Predicate<Item> exactly, Function<Item, String> note) {
    private static Wanted any(String words, Predicate<Item> near) {
        return new Wanted(words, near, item -> true, item -> "");
    }

    static Wanted push() {
        return any("push", Item::isPush);
    }

    static Wanted push(String event) {
        return any(event, item -> item.isPush(event));
    }

    static Wanted broadcast() {
        return any("broadcast", item -> true);
    }

    static Wanted broadcast(String event) {
        return any(event, item -> item.name().equals(event));
    }

    static Wanted reply(Ref ref) {
        return any("reply to " + ref.text(), item -> item.isReplyTo(ref));
    }

    static Wanted reply(Ref ref, String status) {
        Wanted reply = reply(ref);
        return new Wanted(
                reply.words + ": " + status, reply.near, item -> item.name().equals(status), reply.note);
    }

    /** The same with exactly this payload. */
    Wanted with(Payload expected) {
        return new Wanted(
                words + " " + Json.show(expected),
                near,
                exactly.and(item -> Json.same(item.payload(), expected)),
                note);
    }

    /** The same with a payload that is exactly of a class. */
    Wanted with(Class<?> type, PayloadCodec codec) {
        return new Wanted(
                words + " with a " + type.getSimpleName(),
                near,
                exactly.and(item -> Fit.misfit(item.payload(), type, codec).isEmpty()),
                item -> Fit.misfit(item.payload(), type, codec));
    }

    /** The same with a payload that is exactly of a class, and that matches. */
    <T> Wanted with(Class<T> type, Predicate<? super T> matching, PayloadCodec codec) {
        Wanted typed = with(type, codec);
        return new Wanted(
                typed.words + " that matches",
                near,
                typed.exactly.and(item -> matches(matching, item.payload().as(type, codec), item)),
                typed.note);
    }

    private static String words(Object shown) {
        return shown instanceof Throwable thrown ? Thrown.words(thrown) : shown.toString();
    }

    /**
     * Neither yes nor no: a predicate that throws must not let a refutation pass, and an assertion that goes on to the next would hide it.
     */
    static <T> boolean matches(Predicate<? super T> matching, T value, Object shown) {
        try {
            return matching.test(value);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("the predicate threw on " + words(shown) + ": " + Thrown.words(e), e);
        }
    }
}
