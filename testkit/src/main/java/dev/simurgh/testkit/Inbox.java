package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
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
            return (kind == Kind.REPLY ? "reply to " + ref.text() + ": " : "") + described(name, payload);
        }
    }

    private final String owner;
    private final List<Item> items = new ArrayList<>();
    private final List<Boolean> taken = new ArrayList<>();

    Inbox(String owner) {
        this.owner = owner;
    }

    static String described(String name, Payload payload) {
        return name + " " + Json.show(payload);
    }

    synchronized void add(Item item) {
        items.add(item);
        taken.add(false);
    }

    /** Takes the first one that is wanted. */
    synchronized @Nullable Item take(Predicate<Item> wanted) {
        for (int i = 0; i < items.size(); i++) {
            if (!taken.get(i) && wanted.test(items.get(i))) {
                taken.set(i, true);
                return items.get(i);
            }
        }
        return null;
    }

    /** All that are wanted, and stay. */
    synchronized List<Item> find(Predicate<Item> wanted) {
        return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .filter(i -> !taken.get(i))
                .map(items::get)
                .filter(wanted)
                .toList();
    }

    /** Takes all that are wanted, if they are exactly those: as many, in the same order, with the same names and payloads. */
    synchronized boolean takeAll(Predicate<Item> wanted, List<Item> expected) {
        List<Item> found = find(wanted);
        boolean same = found.size() == expected.size()
                && Stream.iterate(0, i -> i < found.size(), i -> i + 1)
                        .allMatch(i -> found.get(i).isLike(expected.get(i)));
        if (same) {
            found.forEach(item -> take(item::equals));
        }
        return same;
    }

    boolean isThere(Predicate<Item> wanted) {
        return !find(wanted).isEmpty();
    }

    /** What a failed assertion says: what it wanted, what is nearest to that, and everything that came. */
    AssertionError failure(String assertion, String expected, Predicate<Item> near) {
        List<Item> got = find(near);
        return new AssertionError(assertion + " on " + owner + "\n  expected: " + expected + "\n  got:      "
                + (got.isEmpty() ? "nothing" : lines(got)) + "\n" + this);
    }

    /** One below the other, behind the word that the first stands behind. */
    static String lines(List<Item> items) {
        return items.stream().map(Item::toString).collect(Collectors.joining("\n            "));
    }

    @Override
    public synchronized String toString() {
        Stream<String> lines = Stream.iterate(0, i -> i < items.size(), i -> i + 1)
                .map(i -> items.get(i) + (taken.get(i) ? "  (asserted already)" : ""));
        return "  inbox of " + owner + ":"
                + (items.isEmpty() ? " empty" : lines.collect(Collectors.joining("\n    ", "\n    ", "")));
    }
}
