package dev.simurgh.token;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
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
        Object given = maxAge == null ? null : maxAgeTerm(maxAge);
        if (term instanceof Tuple tuple && tuple.size() == 3) {
            return judge(tuple.get(0), tuple.get(1), given == null ? tuple.get(2) : given, nowMillis);
        }
        Object limit = given == null ? Tokens.DEFAULT_MAX_AGE.toSeconds() : given;
        if (term instanceof Tuple tuple && tuple.size() == 2) {
            return judge(tuple.get(0), tuple.get(1), limit, nowMillis);
        }
        if (term instanceof Map<?, ?> map && map.containsKey(DATA) && map.containsKey(SIGNED)) {
            return judge(map.get(DATA), map.get(SIGNED), limit, nowMillis);
        }
        return Verified.Refused.INVALID;
    }

    /**
     * Judges in Phoenix's order: a token that never expires may come from the future, or have no time at all; one that
     * has expired from the start has so whatever its time is. All numbers that Erlang has will do.
     */
    private static Verified judge(
            @Nullable Object data, @Nullable Object signedAt, @Nullable Object maxAge, long nowMillis) {
        if (INFINITY.equals(maxAge)) {
            return new Verified.Valid(data);
        }
        if (!(maxAge instanceof Number seconds)) {
            return Verified.Refused.INVALID;
        }
        if (exact(seconds).signum() <= 0) {
            return Verified.Refused.EXPIRED;
        }
        BigDecimal now = BigDecimal.valueOf(nowMillis);
        if (!(signedAt instanceof Number signed) || exact(signed).compareTo(now) > 0) {
            return Verified.Refused.INVALID;
        }
        if (seconds instanceof Double age && Double.isInfinite(age * 1000)) {
            return Verified.Refused.INVALID;
        }
        BigDecimal millis = millis(seconds);
        if (signed instanceof Double start && Double.isInfinite(start + millis.doubleValue())) {
            return Verified.Refused.INVALID;
        }
        return end(signed, millis).compareTo(now) < 0 ? Verified.Refused.EXPIRED : new Verified.Valid(data);
    }

    /** Adds as Erlang does: in floats if one of the two is one. */
    private static BigDecimal end(Number signedAt, BigDecimal millis) {
        return signedAt instanceof Double start
                ? new BigDecimal(start + millis.doubleValue())
                : exact(signedAt).add(millis);
    }

    /** Counts whole milliseconds as Erlang does: 8.2 seconds have 8200, though the float 8.2 is a little less. */
    private static BigDecimal millis(Number seconds) {
        return seconds instanceof Double age
                ? new BigDecimal(age * 1000).setScale(0, RoundingMode.DOWN)
                : exact(seconds).scaleByPowerOfTen(3);
    }

    private static BigDecimal exact(Number number) {
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return number instanceof Double floating ? new BigDecimal(floating) : BigDecimal.valueOf(number.longValue());
    }

    /** Returns seconds, as a float only if they are not whole: the nearest one that {@link #millis} does not cut short. */
    private static Object maxAgeTerm(Duration maxAge) {
        if (maxAge.equals(Tokens.FOREVER)) {
            return INFINITY;
        }
        if (maxAge.toNanosPart() == 0) {
            return maxAge.toSeconds();
        }
        BigDecimal seconds = BigDecimal.valueOf(maxAge.toSeconds()).add(BigDecimal.valueOf(maxAge.toNanosPart(), 9));
        double nearest = seconds.doubleValue();
        boolean cutShort = nearest * 1000 < maxAge.toSeconds() * 1000.0 + maxAge.toMillisPart();
        return cutShort ? Math.nextUp(nearest) : nearest;
    }
}
