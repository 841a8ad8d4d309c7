package dev.simurgh.token;

import java.util.Base64;
import java.util.Random;

/** Prints tokens of random values for record.exs to check: kind, token, and the value in the external term format. */
final class OwnTokens {
    private static final int COUNT = 2_000;

    private OwnTokens() {}

    public static void main(String[] arguments) {
        RandomTerms terms = new RandomTerms(new Random(20261128));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            Object value = terms.next(4);
            String term = Base64.getEncoder().encodeToString(TermEncoder.encode(value));
            lines.append("signed ").append(Recorded.TOKENS.sign(Recorded.SALT, value));
            lines.append(' ').append(term).append('\n');
            lines.append("encrypted ").append(Recorded.TOKENS.encrypt(Recorded.SALT, value));
            lines.append(' ').append(term).append('\n');
        }
        System.out.print(lines);
    }
}
