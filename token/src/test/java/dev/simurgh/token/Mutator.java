package dev.simurgh.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages tokens and terms: a few bytes replaced, and in one case of four the end cut off. */
final class Mutator {
    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    String mutate(String token) {
        byte[] bytes = mutate(token.getBytes(StandardCharsets.ISO_8859_1));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    byte[] mutate(byte[] bytes) {
        byte[] mutant = bytes.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            mutant[random.nextInt(mutant.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xff);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
    }
}
