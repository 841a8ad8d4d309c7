package dev.simurgh.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs of others: a few changes each, of the kinds that find most. The same seed makes the same ones. */
final class Mutation {
    private static final int MAX_BYTES = 4096;
    private static final byte[] EDGES = {
        0, 1, 0x7f, (byte) 0x80, (byte) 0xfe, (byte) 0xff, ' ', '"', '/', '%', '\r', '\n'
    };

    private final SplittableRandom random;
    private final List<byte[]> corpus;

    Mutation(long seed, List<byte[]> corpus) {
        this.random = new SplittableRandom(seed);
        this.corpus = corpus;
    }

    byte[] next() {
        byte[] input = any();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            input = changed(input);
        }
        return input.length > MAX_BYTES ? Arrays.copyOf(input, MAX_BYTES) : input;
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] changed(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int to = at + random.nextInt(input.length - at + 1);
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(input, at);
            case 1 -> joined(input, at, new byte[0], to);
            case 2 -> joined(input, at, Arrays.copyOfRange(input, at, to), at);
            case 3 -> joined(input, at, piece(any()), at);
            case 4 -> joined(input, at, piece(any()), to);
            case 5 -> joined(input, at, new byte[] {edge()}, at);
            case 6 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, Math.min(at + 1, input.length));
            default -> joined(input, at, new byte[] {edge()}, Math.min(at + 1, input.length));
        };
    }

    private byte edge() {
        return EDGES[random.nextInt(EDGES.length)];
    }

    private byte[] piece(byte[] of) {
        int from = random.nextInt(of.length + 1);
        return Arrays.copyOfRange(of, from, from + random.nextInt(of.length - from + 1));
    }

    private static byte[] joined(byte[] input, int at, byte[] between, int from) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(input.length + between.length);
        joined.write(input, 0, at);
        joined.writeBytes(between);
        joined.write(input, from, input.length - from);
        return joined.toByteArray();
    }
}
