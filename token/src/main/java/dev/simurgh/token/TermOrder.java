package dev.simurgh.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the BEAM keeps the keys of a map, and so the order in which they are signed: integer, float, atom,
 * tuple, map, empty list, list, binary. It differs from Elixir's {@code <} in that an integer is never equal to a
 * float. The keys 0.0 and -0.0 are one, as until OTP 26. Atoms are ordered by their text, as until OTP 25; from OTP 26 on their order depends on the running system.
 *
 * <p>A decoded map is a tree in this order rather than a hash table: so binaries that are {@code byte[]} work as keys,
 * and no keys can be chosen to collide.
 *
 * @see <a href="https://www.erlang.org/doc/system/expressions.html#term-comparisons">Term comparisons</a>
 */
enum TermOrder implements Comparator<@Nullable Object> {
    INSTANCE;

    private static final int INTEGER = 0;
    private static final int FLOAT = 1;
    private static final int ATOM = 2;
    private static final int TUPLE = 3;
    private static final int MAP = 4;
    private static final int EMPTY_LIST = 5;
    private static final int LIST = 6;
    private static final int BINARY = 7;

    /**
     * Compares two terms whose depth has been bounded.
     *
     * @throws ClassCastException if one of them is no term
     */
    @Override
    public int compare(@Nullable Object a, @Nullable Object b) {
        int rank = rank(a);
        int difference = Integer.compare(rank, rank(b));
        if (difference != 0 || a == b) {
            return difference;
        }
        if (rank == ATOM || a == null || b == null) {
            return Arrays.compareUnsigned(utf8(atomName(a)), utf8(atomName(b)));
        }
        return switch (rank) {
            case INTEGER -> compareIntegers((Number) a, (Number) b);
            case FLOAT -> Double.compare((Double) a + 0.0, (Double) b + 0.0); // -0.0 + 0.0 is 0.0
            case TUPLE -> compareTuples((Tuple) a, (Tuple) b);
            case MAP -> compareMaps((Map<?, ?>) a, (Map<?, ?>) b);
            case LIST -> compareEach((List<?>) a, (List<?>) b);
            case BINARY -> Arrays.compareUnsigned(bytes(a), bytes(b));
            default -> 0;
        };
    }

    static boolean isInteger(@Nullable Object term) {
        return term instanceof Long
                || term instanceof Integer
                || term instanceof BigInteger
                || term instanceof Short
                || term instanceof Byte;
    }

    static BigInteger bigInteger(Number integer) {
        return integer instanceof BigInteger big ? big : BigInteger.valueOf(integer.longValue());
    }

    /** Returns the text of what is an atom in Erlang. */
    static String atomName(@Nullable Object term) {
        if (term == null) {
            return "nil";
        }
        return term instanceof Atom atom ? atom.name() : term.toString();
    }

    private static int rank(@Nullable Object term) {
        if (isInteger(term)) {
            return INTEGER;
        }
        if (term instanceof Double) {
            return FLOAT;
        }
        if (term == null || term instanceof Boolean || term instanceof Atom) {
            return ATOM;
        }
        if (term instanceof Tuple) {
            return TUPLE;
        }
        if (term instanceof Map) {
            return MAP;
        }
        if (term instanceof List<?> list) {
            return list.isEmpty() ? EMPTY_LIST : LIST;
        }
        if (term instanceof String || term instanceof byte[]) {
            return BINARY;
        }
        throw new ClassCastException(term.getClass().getName() + " cannot be a key (expected: a type of this package)");
    }

    private static int compareIntegers(Number a, Number b) {
        return a instanceof BigInteger || b instanceof BigInteger
                ? bigInteger(a).compareTo(bigInteger(b))
                : Long.compare(a.longValue(), b.longValue());
    }

    private int compareTuples(Tuple a, Tuple b) {
        int difference = Integer.compare(a.size(), b.size());
        return difference != 0 ? difference : compareEach(a.elements(), b.elements());
    }

    private int compareMaps(Map<?, ?> a, Map<?, ?> b) {
        int difference = Integer.compare(a.size(), b.size());
        if (difference != 0) {
            return difference;
        }
        SortedMap<?, ?> left = sorted(a);
        SortedMap<?, ?> right = sorted(b);
        difference = compareEach(left.keySet(), right.keySet());
        return difference != 0 ? difference : compareEach(left.values(), right.values());
    }

    private int compareEach(Collection<?> a, Collection<?> b) {
        Iterator<?> left = a.iterator();
        Iterator<?> right = b.iterator();
        while (left.hasNext() && right.hasNext()) {
            int difference = compare(left.next(), right.next());
            if (difference != 0) {
                return difference;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    /**
     * Returns the map in this order. A decoded one is so already: to sort it again would make comparing maps whose keys
     * are maps whose keys are maps cost more with every level.
     */
    private static SortedMap<?, ?> sorted(Map<?, ?> map) {
        if (map instanceof SortedMap<?, ?> sorted && sorted.comparator() == INSTANCE) {
            return sorted;
        }
        SortedMap<@Nullable Object, @Nullable Object> copy = new TreeMap<>(INSTANCE);
        copy.putAll(map);
        return copy;
    }

    private static byte[] bytes(Object binary) {
        return binary instanceof byte[] bytes ? bytes : utf8((String) binary);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
