package dev.simurgh.token;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is signed or encrypted: the term {@code {data, signed_at, max_age}}, with milliseconds since 1970 and seconds or
 * {@code :infinity}. Older releases of Phoenix wrote {@code {data, signed_at}} and, before that,
 * {@code %{data: data, signed: signed_at}}; their max age is a day.
 *
 * <p>Where Elixir would raise, because the payload is no term or another one, the token is invalid here.
 */
final class TokenTerm {
    private static final Atom INFINITY = new Atom("infinity");
    private static final Atom DATA = new Atom("data");
    private static final Atom SIGNED = new Atom("signed");

    private TokenTerm() {}

    static byte[] encode(@Nullable Object data, long signedAtMillis, Duration maxAge) {
        return TermEncoder.encode(Tuple.of(data, signedAtMillis, maxAgeTerm(maxAge)));
    }

    /** Decodes a genuine payload and judges its age by the max age given, or by its own if that is null. */
    static Verified open(byte[] payload, @Nullable Duration maxAge, long nowMillis) {
        Object term;
        try {
            term = TermDecoder.decode(payload);
        } catch (MalformedTermException e) {
            return Verified.Refused.INVALID;
        }
        if (term instanceof Tuple tuple && tuple.size() == 3) {
            Duration limit = maxAge != null ? maxAge : maxAge(tuple.get(2));
            return judge(tuple.get(0), tuple.get(1), limit, nowMillis);
        }
        Duration limit = maxAge != null ? maxAge : Tokens.DEFAULT_MAX_AGE;
        if (term instanceof Tuple tuple && tuple.size() == 2) {
            return judge(tuple.get(0), tuple.get(1), limit, nowMillis);
        }
        if (term instanceof Map<?, ?> map && map.containsKey(DATA)) {
            return judge(map.get(DATA), map.get(SIGNED), limit, nowMillis);
        }
        return Verified.Refused.INVALID;
    }

    /** Judges in Phoenix's order: a token that never expires may even come from the future. */
    private static Verified judge(
            @Nullable Object data, @Nullable Object signedAt, @Nullable Duration maxAge, long nowMillis) {
        if (maxAge == null || !(signedAt instanceof Long signedAtMillis)) {
            return Verified.Refused.INVALID;
        }
        if (maxAge.equals(Tokens.FOREVER)) {
            return new Verified.Valid(data);
        }
        if (maxAge.isZero() || maxAge.isNegative()) {
            return Verified.Refused.EXPIRED;
        }
        if (signedAtMillis > nowMillis) {
            return Verified.Refused.INVALID;
        }
        // durations, because the difference of two longs can overflow
        Duration age = Duration.ofMillis(nowMillis).minus(Duration.ofMillis(signedAtMillis));
        return age.compareTo(maxAge) > 0 ? Verified.Refused.EXPIRED : new Verified.Valid(data);
    }

    private static Object maxAgeTerm(Duration maxAge) {
        if (maxAge.equals(Tokens.FOREVER)) {
            return INFINITY;
        }
        if (maxAge.toNanosPart() == 0) {
            return maxAge.toSeconds();
        }
        return maxAge.toSeconds() + maxAge.toNanosPart() / 1e9;
    }

    private static @Nullable Duration maxAge(@Nullable Object term) {
        if (INFINITY.equals(term)) {
            return Tokens.FOREVER;
        }
        if (term instanceof Long seconds) {
            return Duration.ofSeconds(seconds);
        }
        if (term instanceof BigInteger seconds) {
            return Duration.ofSeconds(seconds.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
        if (term instanceof Double seconds) {
            long whole = seconds.longValue();
            double fraction = Math.abs(seconds) < 1e9 ? seconds - whole : 0;
            return Duration.ofSeconds(whole).plusNanos((long) (fraction * 1e9));
        }
        return null;
    }
}
