package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;

/**
 * Tells whether a payload is exactly of a class. A codec alone would not do: most leave out what a class has no field for, make up what is
 * missing, and take {@code "1"} for 1. So what was decoded is encoded again, and has to be the same JSON: only the order within arrays
 * does not count, for the sake of sets.
 */
final class Fit {
    private Fit() {}

    /**
     * Why a payload is not exactly of a class; empty if it is.
     *
     * @throws IllegalArgumentException if that cannot be told, since the codec does not encode the class
     */
    static String misfit(Payload payload, Class<?> type, PayloadCodec codec) {
        if (Payload.class.isAssignableFrom(type)) {
            return type.isInstance(payload) ? "" : "is no " + type.getSimpleName();
        }
        Object decoded;
        try {
            decoded = payload.as(type, codec);
        } catch (PayloadException e) {
            return "is no " + type.getSimpleName();
        }
        if (decoded == null) {
            return "is null";
        }
        Payload again = encoded(decoded, codec);
        return Json.sameInAnyOrder(payload, again)
                ? ""
                : "as a " + type.getSimpleName() + " it would be " + Json.show(again);
    }

    private static Payload encoded(Object decoded, PayloadCodec codec) {
        try {
            return Payload.of(decoded).encoded(codec);
        } catch (PayloadException e) {
            String name = decoded.getClass().getName();
            throw new IllegalArgumentException(
                    "type: " + name
                            + ", which the codec does not encode, so whether a payload is exactly that cannot be told"
                            + " (expected: a record, or Payload.class, and then payload.as(type, codec))",
                    e);
        }
    }
}
