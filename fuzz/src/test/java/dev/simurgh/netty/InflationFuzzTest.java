package dev.simurgh.netty;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Any bytes as compressed messages, one behind the other: none inflates to more than it may, and each has an end. */
class InflationFuzzTest {
    private static final int LIMIT = 200_000;
    private static final int RATIO = 10;

    @FuzzTest
    void inflation(byte[] data) {
        Compression compression = new Compression();
        Inflater takeover = Compression.newInflater();
        try {
            int half = data.length / 2;
            alone(compression, data, data.length);
            inflate(compression, takeover, data, half);
            inflate(compression, takeover, Arrays.copyOfRange(data, half, data.length), data.length - half);
        } finally {
            takeover.end();
            compression.release();
        }
    }

    private static void alone(Compression compression, byte[] data, int length) {
        byte[] inflated = inflate(compression, compression.inflaterAlone(), data, length);
        byte[] deflated = compression.deflateAlone(inflated, DeflateTerms.MAX_WINDOW_BITS);
        int most = Math.max(inflated.length, 1);
        try {
            int again = compression.inflate(compression.inflaterAlone(), deflated, deflated.length, most, most);
            if (again != inflated.length || !Arrays.equals(compression.inflated(again), inflated)) {
                throw new AssertionError("inflates to " + again + " (expected: " + inflated.length + ")");
            }
        } catch (DataFormatException e) {
            throw new AssertionError("what was just deflated", e);
        }
    }

    private static byte[] inflate(Compression compression, Inflater with, byte[] data, int length) {
        try {
            int inflated = compression.inflate(with, data, length, LIMIT, RATIO);
            if (inflated > LIMIT) {
                throw new AssertionError("inflates to " + inflated + " (expected: at most " + LIMIT + ")");
            }
            return inflated == Compression.TOO_BIG ? new byte[0] : compression.inflated(inflated);
        } catch (DataFormatException e) {
            return new byte[0];
        }
    }
}
