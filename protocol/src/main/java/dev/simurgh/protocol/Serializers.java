package dev.simurgh.protocol;

import java.util.List;
import java.util.Optional;

/** The serializers of Phoenix, and the choice between them by a client's {@code vsn} parameter. */
public final class Serializers {
    /** vsn 1.0.0: JSON objects, without join refs and without binary data. */
    public static final Serializer V1 = new SerializerV1();
    /** vsn 2.0.0: JSON arrays, and binary frames. */
    public static final Serializer V2 = new SerializerV2();
    /** What a client speaks that sends no {@code vsn}. */
    public static final String DEFAULT_VERSION = "1.0.0";

    /** How deep objects and arrays may be nested in a frame, the envelope included, if nothing else is said; a deeper one is malformed. */
    public static final int DEFAULT_MAX_DEPTH = 512;

    private static final List<Serializer> DEFAULT = List.of(V1, V2);

    private Serializers() {}

    /** Returns the serializer for a {@code vsn}: {@link #V1} for 1.0.x and {@link #V2} for 2.0.x. */
    public static Optional<Serializer> negotiate(String vsn) {
        return negotiate(vsn, DEFAULT);
    }

    /**
     * Returns the first of the given serializers that can serve a {@code vsn}: one with the same major and minor version and a patch
     * level not above it.
     *
     * <p>The {@code vsn} must be a whole semantic version: {@code 2}, {@code 2.0}, pre-releases and blanks around it match nothing, while
     * build metadata as in {@code 2.0.0+build} is ignored.
     */
    public static Optional<Serializer> negotiate(String vsn, List<Serializer> supported) {
        Optional<Version> wanted = Version.parse(vsn);
        for (int i = 0; i < supported.size() && wanted.isPresent(); i++) {
            Optional<Version> version = Version.parse(supported.get(i).version());
            if (version.isPresent() && wanted.get().isServedBy(version.get())) {
                return Optional.of(supported.get(i));
            }
        }
        return Optional.empty();
    }
}
