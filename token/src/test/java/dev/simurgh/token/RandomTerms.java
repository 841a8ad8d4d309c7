package dev.simurgh.token;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes values as they come out of a token, so that a round trip has to give back an equal one. */
final class RandomTerms {
    private final Random random;

    RandomTerms(Random random) {
        this.random = random;
    }

    @Nullable
    Object next(int depth) {
        return switch (random.nextInt(depth > 0 ? 13 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> (long) random.nextInt(-2, 300);
            case 3 -> random.nextLong() >> random.nextInt(64);
            case 4 -> BigInteger.ONE.shiftLeft(63 + random.nextInt(4000)).multiply(BigInteger.valueOf(sign()));
            case 5 -> Double.longBitsToDouble(random.nextLong() >>> 2) * sign();
            case 6 -> text(random.nextInt(12));
            case 7 -> new Atom(text(random.nextInt(5)));
            case 8 -> List.of();
            case 9 -> bytesAsList();
            case 10 -> new Tuple(list(depth));
            case 11 -> list(depth);
            default -> map(depth);
        };
    }

    private int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> 0xe0 + random.nextInt(0x20);
                        case 1 -> 0x4e00 + random.nextInt(0x1000);
                        case 2 -> 0x1f600 + random.nextInt(0x50);
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString();
    }

    private List<@Nullable Object> bytesAsList() {
        List<@Nullable Object> bytes = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            bytes.add((long) random.nextInt(256));
        }
        return bytes;
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            list.add(next(depth - 1));
        }
        return list;
    }

    private Map<@Nullable Object, @Nullable Object> map(int depth) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            map.put(next(depth - 1), next(depth - 1));
        }
        return map;
    }
}
