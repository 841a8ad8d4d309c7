package dev.simurgh.protocol;

/**
 * Reads and writes the frames of one version of the protocol. Stateless, for any thread; see {@link Serializers}.
 *
 * <p>Every payload given to it must be encoded already ({@link Payload#encoded}). A payload, or a text too long for a binary frame, that
 * this version has no form for is an {@link IllegalArgumentException}.
 */
public interface Serializer {

    /** Returns the version, such as {@code "2.0.0"}. */
    String version();

    /**
     * Decodes a text frame. JSON payloads are slices of the given array, which must not be changed from now on.
     *
     * @param maxDepth how deep objects and arrays may be nested, the message itself included; at least 1
     * @throws MalformedMessageException if it is not a message of this version, or nested more deeply
     */
    Message decodeText(byte[] bytes, int offset, int length, int maxDepth);

    /** As {@link #decodeText(byte[], int, int, int)}, nested {@value Serializers#DEFAULT_MAX_DEPTH} deep at most. */
    default Message decodeText(byte[] bytes, int offset, int length) {
        return decodeText(bytes, offset, length, Serializers.DEFAULT_MAX_DEPTH);
    }

    /**
     * Decodes a binary frame. Payloads are slices of the given array, which must not be changed from now on.
     *
     * @param maxDepth as in {@link #decodeText(byte[], int, int, int)}, where the frame has JSON in it
     * @throws MalformedMessageException if it is not a message of this version, or nested more deeply
     */
    Message decodeBinary(byte[] bytes, int offset, int length, int maxDepth);

    /** As {@link #decodeBinary(byte[], int, int, int)}, nested {@value Serializers#DEFAULT_MAX_DEPTH} deep at most. */
    default Message decodeBinary(byte[] bytes, int offset, int length) {
        return decodeBinary(bytes, offset, length, Serializers.DEFAULT_MAX_DEPTH);
    }

    /**
     * Encodes a reply: a {@link Protocol#PHX_REPLY} with status and response. Any JSON can be a response; binary only in vsn 2.
     *
     * @throws IllegalArgumentException if the response has no form in this version
     */
    Frame encodeReply(Ref joinRef, Ref ref, String topic, String status, Payload response);

    /** Encodes the reply with status {@code error} and a reason to a message, echoing its ref and topic as they came. */
    Frame encodeError(Message to, Ref joinRef, String reason);

    /**
     * Encodes a message with all its parts as text, such as {@link Protocol#PHX_CLOSE} or {@link Protocol#PHX_ERROR}.
     *
     * @throws IllegalArgumentException if the payload is not JSON
     */
    Frame encodeMessage(Ref joinRef, Ref ref, String topic, String event, Payload payload);

    /**
     * Encodes what a channel pushes to its own client.
     *
     * @throws IllegalArgumentException if this version does not {@linkplain #accepts accept} the payload
     */
    Frame encodePush(Ref joinRef, String topic, String event, Payload payload);

    /**
     * Encodes what goes to all subscribers of a topic; one frame serves them all.
     *
     * @throws IllegalArgumentException if this version does not {@linkplain #accepts accept} the payload
     */
    Frame encodeBroadcast(String topic, String event, Payload payload);

    /** Tells whether an encoded payload can be pushed or broadcast: in vsn 2 JSON objects and binary, in vsn 1 any JSON. */
    boolean accepts(Payload payload);
}
