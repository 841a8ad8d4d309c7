package dev.simurgh.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the compressed messages of one direction (RFC 7692), each of which may need those before it. */
final class Inflation {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Inflater inflater = new Inflater(true);

    String text(byte[] compressed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        inflate(compressed, out);
        inflate(TAIL, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private void inflate(byte[] compressed, ByteArrayOutputStream out) {
        byte[] buffer = new byte[4096];
        inflater.setInput(compressed);
        try {
            while (!inflater.needsInput()) {
                out.write(buffer, 0, inflater.inflate(buffer));
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("compressed message", e);
        }
    }
}
