package dev.simurgh.cluster;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far this node has followed what another one tells of its topics. Touched by what comes from that node only.
 *
 * <p>News is numbered by its sender, one number for all nodes that it tells. A table begins with the number of the latest news, so what comes
 * next is known. A number too many means that something is lost; then nothing is believed until the next table begins.
 */
final class Following {
    /** What to do with something that has come. */
    enum Step {
        /** It is the next one: take it. */
        TAKE,
        /** It is in a table that comes, or was taken already. */
        PASS,
        /** Something before it was lost. */
        GAP
    }

    private static final long LOST = -1;

    private long number = LOST;
    private long part;
    private @Nullable Set<String> table;

    /** A single topic was added or removed. */
    Step news(long its) {
        if (number == LOST || its <= number) {
            return Step.PASS;
        }
        if (its != number + 1) {
            return gap();
        }
        number = its;
        return Step.TAKE;
    }

    /** A table begins, behind the news of this number. */
    void begins(long latest) {
        number = latest;
        part = 0;
        table = new HashSet<>();
    }

    /** The next part of the table. */
    Step part(long its) {
        if (table == null) {
            return Step.PASS;
        }
        if (its != part + 1) {
            return gap();
        }
        part = its;
        return Step.TAKE;
    }

    void added(String topic) {
        if (table != null) {
            table.add(topic);
        }
    }

    void removed(String topic) {
        if (table != null) {
            table.remove(topic);
        }
    }

    /** The table is whole: all topics that the node has. */
    Set<String> ends() {
        Set<String> all = table == null ? Set.of() : table;
        table = null;
        return all;
    }

    /** The other node is at this number, and has told all of its table. */
    Step isAt(long latest) {
        return latest == number && table == null ? Step.TAKE : gap();
    }

    void forget() {
        number = LOST;
        table = null;
    }

    private Step gap() {
        forget();
        return Step.GAP;
    }
}
