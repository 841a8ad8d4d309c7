/**
 * Signed and encrypted tokens, byte-compatible with {@code Phoenix.Token}: a token that a Phoenix application signs is
 * verified here, and the other way round, as long as both have the same secret key base.
 *
 * <pre>{@code
 * Tokens tokens = Tokens.of(secretKeyBase);
 *
 * String token = tokens.sign("user socket", 42);
 * Optional<Long> userId = tokens.verify("user socket", token).as(Long.class);
 *
 * Verified verified = tokens.verify("user socket", token, Duration.ofHours(1));
 * if (verified instanceof Verified.Valid valid) {
 *     welcome(valid.value());
 * } else if (verified == Verified.Refused.EXPIRED) {
 *     askToLogInAgain();
 * }
 * }</pre>
 *
 * <p>What may be put in a token, and what comes out of it again:
 *
 * <table>
 * <caption>Java values and Elixir terms</caption>
 * <tr><th>put in</th><th>Elixir</th><th>comes out as</th></tr>
 * <tr><td>{@code null}, {@code Boolean}</td><td>{@code nil}, {@code true}, {@code false}</td><td>the same</td></tr>
 * <tr><td>{@code Byte}, {@code Short}, {@code Integer}, {@code Long}, {@code BigInteger}</td><td>integer</td>
 *     <td>{@code Long} if it fits, else {@code BigInteger}</td></tr>
 * <tr><td>{@code Double}, finite</td><td>float</td><td>{@code Double}</td></tr>
 * <tr><td>{@code String}, {@code byte[]}</td><td>binary</td>
 *     <td>{@code String} if the bytes are UTF-8, else {@code byte[]}</td></tr>
 * <tr><td>{@link dev.simurgh.token.Atom}</td><td>any other atom</td><td>{@code Atom}</td></tr>
 * <tr><td>{@link dev.simurgh.token.Tuple}</td><td>tuple</td><td>{@code Tuple}</td></tr>
 * <tr><td>{@code List}</td><td>proper list</td><td>unmodifiable {@code List}</td></tr>
 * <tr><td>{@code Map}</td><td>map</td><td>unmodifiable {@code SortedMap} in Erlang's order of keys</td></tr>
 * </table>
 *
 * <p>A value may take 256 KiB when encoded, be nested 64 levels deep and hold integers of 1024 bytes; putting in more is
 * an {@code IllegalArgumentException}. A token from elsewhere with more than that is invalid, and so is one with a term
 * that has no Java value here: a pid, reference, port or function (of which Phoenix itself refuses the last two), a bit
 * string that does not end with a byte, or an improper list.
 *
 * <p>A value is encoded as Phoenix on OTP 25 encodes it, byte for byte, except for a map of more than 32 keys, whose
 * order on the BEAM depends on the running system. OTP 26 and later write atoms in another form. Both sides read all of
 * these. The keys 0.0 and -0.0 are one, as until OTP 26: a map with both is refused.
 */
@NullMarked
package dev.simurgh.token;

import org.jspecify.annotations.NullMarked;
