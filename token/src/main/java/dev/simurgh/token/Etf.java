package dev.simurgh.token;

/**
 * The tags of Erlang's external term format that have a Java value here, and the bounds that hold for encoding and
 * decoding alike, so that what was signed here can be verified here.
 *
 * @see <a href="https://www.erlang.org/doc/apps/erts/erl_ext_dist.html">External Term Format</a>
 */
final class Etf {
    static final int VERSION = 131;
    static final int COMPRESSED = 80;

    static final int NEW_FLOAT = 70;
    static final int BIT_BINARY = 77;
    static final int SMALL_INTEGER = 97;
    static final int INTEGER = 98;
    static final int FLOAT = 99;
    static final int ATOM = 100;
    static final int SMALL_TUPLE = 104;
    static final int LARGE_TUPLE = 105;
    static final int NIL = 106;
    static final int STRING = 107;
    static final int LIST = 108;
    static final int BINARY = 109;
    static final int SMALL_BIG = 110;
    static final int LARGE_BIG = 111;
    static final int SMALL_ATOM = 115;
    static final int MAP = 116;
    static final int ATOM_UTF8 = 118;
    static final int SMALL_ATOM_UTF8 = 119;

    /** Bounds the encoded term, after decompression. Decoding allocates up to about 100 times as much. */
    static final int MAX_TERM_BYTES = 256 * 1024;

    /** Bounds the recursion. 64 levels for the value, one for the tuple around it. */
    static final int MAX_DEPTH = 65;

    /** Bounds integers: the arithmetic and printing of {@code BigInteger} are quadratic. */
    static final int MAX_INTEGER_BYTES = 1024;

    private Etf() {}
}
