package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What came for one join, or to one subscription. An assertion takes what it has found, and the rest stays. */
final class Inbox {
    enum Kind {
        PUSH,
        REPLY,
        ENDING,
        BROADCAST
    }

    /** One thing that came; the name is its event, or the status of a reply. */
    record Item(Kind kind, Ref ref, String name, Payload payload) {
        boolean isReplyTo(Ref push) {
            return kind == Kind.REPLY && ref.equals(push);
        }

        boolean isPush() {
            return kind == Kind.PUSH;
        }

        boolean isPush(String event) {
            return isPush() && name.equals(event);
        }

        boolean isLike(Item other) {
            return name.equals(other.name) && Json.same(payload, other.payload);
        }

        @Override
        public String toString() {
            return (kind == Kind.REPLY ? "reply to " + ref.text() + ": " : "") + name + " " + Json.show(payload);
        }
    }

    /** One place of the inbox. Two equal items are at two places. */
    private static final class Place {
        private final Item item;
        private boolean taken;

        Place(Item item) {
            this.item = item;
        }

        @Override
        public String toString() {
            return item + (taken ? "  (asserted already)" : "");
        }
    }

    private final ChannelCase kit;
    private final String owner;
    private final List<Place> places = new ArrayList<>();
    private @Nullable Throwable crash;

    Inbox(ChannelCase kit, String owner) {
        this.kit = kit;
        this.owner = owner;
    }

    synchronized void add(Item item) {
        places.add(new Place(item));
    }

    /** Whatever an assertion misses from here on, this is the likely reason. */
    synchronized void crashed(Throwable cause) {
        crash = cause;
    }

    /** What is there, and not taken. What is looked for is tried outside of the lock: it may be code of the test. */
    private synchronized List<Place> open() {
        return places.stream().filter(place -> !place.taken).toList();
    }

    private synchronized Item take(Place place) {
        place.taken = true;
        return place.item;
    }

    /** Takes the first one that is wanted; null if there is none. */
    @Nullable
    Item take(Predicate<Item> wanted) {
        for (Place place : open()) {
            if (wanted.test(place.item)) {
                return take(place);
            }
        }
        return null;
    }

    /** Whether such a one has come, taken or not. */
    synchronized boolean came(Predicate<Item> wanted) {
        return places.stream().anyMatch(place -> wanted.test(place.item));
    }

    /** All that are wanted, and stay. */
    List<Item> find(Predicate<Item> wanted) {
        return open().stream().map(place -> place.item).filter(wanted).toList();
    }

    /** Takes what is wanted, or fails and shows what is near to it. */
    Item take(Duration patience, String assertion, Wanted wanted) {
        return kit.await(
                patience,
                () -> take(wanted.near().and(wanted.exactly())),
                () -> failure(assertion, wanted.words(), lines(wanted)));
    }

    private String lines(Wanted wanted) {
        return open().stream()
                .map(place -> place.item)
                .filter(wanted.near())
                .map(item -> item + noted(wanted.note().apply(item)))
                .collect(Collectors.joining(NEXT_LINE));
    }

    private static String noted(String note) {
        return note.isEmpty() ? "" : "  (" + note + ")";
    }

    /** Fails if something unwanted is there, once everything has come that will come. */
    void refute(Duration patience, String assertion, Wanted unwanted) {
        kit.rest(patience, assertion + " on " + owner);
        List<Item> found = find(unwanted.near().and(unwanted.exactly()));
        if (!found.isEmpty()) {
            throw failure(assertion, "no " + unwanted.words(), lines(found));
        }
    }

    /** Takes all that are wanted, if they are exactly those: as many, in the same order, with the same names and payloads. */
    boolean takeAll(Predicate<Item> wanted, List<Item> expected) {
        List<Place> found =
                open().stream().filter(place -> wanted.test(place.item)).toList();
        boolean same = found.size() == expected.size()
                && Stream.iterate(0, i -> i < found.size(), i -> i + 1)
                        .allMatch(i -> found.get(i).item.isLike(expected.get(i)));
        if (same) {
            found.forEach(this::take);
        }
        return same;
    }

    /** Takes all that have come of a kind. */
    void takeAll(Predicate<Item> wanted) {
        open().stream().filter(place -> wanted.test(place.item)).forEach(this::take);
    }

    /** What a failed assertion says: what it wanted, what is nearest to that, and everything that came. */
    AssertionError failure(String assertion, String expected, String got) {
        return failure(assertion, expected, got, "");
    }

    /** @param hint what may be the reason; a line of its own */
    AssertionError failure(String assertion, String expected, String got, String hint) {
        return caused(new AssertionError(assertion + " on " + owner + "\n  expected: " + expected + "\n  got:      "
                + (got.isEmpty() ? "nothing" : got) + hint + "\n" + this));
    }

    private synchronized AssertionError caused(AssertionError error) {
        if (crash != null) {
            error.initCause(crash);
        }
        return error;
    }

    /** One below the other, behind the word that the first stands behind. */
    static String lines(List<Item> items) {
        return items.stream().map(Item::toString).collect(Collectors.joining(NEXT_LINE));
    }

    static final String NEXT_LINE = "\n            ";

    @Override
    public synchronized String toString() {
        Stream<String> lines = places.stream().map(Place::toString);
        return "  inbox of " + owner + ":"
                + (places.isEmpty() ? " empty" : lines.collect(Collectors.joining("\n    ", "\n    ", "")));
    }
}
