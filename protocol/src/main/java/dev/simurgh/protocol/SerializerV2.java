package dev.simurgh.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** vsn 2.0.0: a message is a JSON array of five, or a binary frame (see {@link BinaryFrames}). */
final class SerializerV2 implements Serializer {
    private static final int ELEMENTS = 5;
    private static final int MESSAGE_LENGTH = "[,,'','',]".length();

    private static final byte[] REPLY = ",\"phx_reply\",{\"response\":".getBytes(US_ASCII);
    private static final byte[] STATUS = ",\"status\":".getBytes(US_ASCII);
    private static final byte[] REPLY_END = "}]".getBytes(US_ASCII);
    private static final int REPLY_LENGTH = "[,,'','phx_reply',{'response':,'status':''}]".length();

    @Override
    public String version() {
        return "2.0.0";
    }

    @Override
    public Message decodeText(byte[] bytes, int offset, int length, int maxDepth) {
        Envelope envelope = new Envelope();
        try {
            return decode(new JsonScanner(bytes, offset, length, maxDepth), envelope);
        } catch (MalformedMessageException e) {
            throw envelope.malformed(e, !Utf8.isValid(bytes, offset, length));
        }
    }

    private static Message decode(JsonScanner in, Envelope envelope) {
        in.open('[');
        envelope.joinRef = in.ref();
        needAnother(in, 1);
        envelope.ref = in.ref();
        needAnother(in, 2);
        envelope.topic(in);
        needAnother(in, 3);
        envelope.event(in);
        needAnother(in, 4);
        envelope.payload = in.payload();
        while (in.another()) {
            in.skipValue();
        }
        in.end();
        return envelope.message();
    }

    private static void needAnother(JsonScanner in, int read) {
        if (!in.another()) {
            throw new MalformedMessageException("elements: " + read + " (expected: " + ELEMENTS + ")");
        }
    }

    @Override
    public Message decodeBinary(byte[] bytes, int offset, int length, int maxDepth) {
        return BinaryFrames.decode(bytes, offset, length);
    }

    @Override
    public Frame encodeReply(Ref joinRef, Ref ref, String topic, String status, Payload response) {
        if (response instanceof Payload.Binary binary) {
            return BinaryFrames.reply(joinRef, ref, topic, status, binary);
        }
        return reply(joinRef, ref, topic, true, status, Payload.Json.require(response, "JSON or binary data"));
    }

    @Override
    public Frame encodeError(Message to, Ref joinRef, String reason) {
        return reply(joinRef, to.ref(), to.topic(), to.isTopicText(), Protocol.ERROR, JsonWriter.reason(reason));
    }

    private static Frame reply(
            Ref joinRef, Ref ref, String topic, boolean topicText, String status, Payload.Json response) {
        int refs = joinRef.json().length + ref.json().length;
        return Frame.text(new JsonWriter(REPLY_LENGTH + refs + topic.length() + status.length() + response.length())
                .raw('[')
                .raw(joinRef.json())
                .raw(',')
                .raw(ref.json())
                .raw(',')
                .value(topic, topicText)
                .raw(REPLY)
                .raw(response)
                .raw(STATUS)
                .string(status)
                .raw(REPLY_END)
                .toBytes());
    }

    @Override
    public Frame encodeMessage(Ref joinRef, Ref ref, String topic, String event, Payload payload) {
        Payload.Json json = Payload.Json.require(payload, "JSON for a message with a ref");
        int refs = joinRef.json().length + ref.json().length;
        return Frame.text(new JsonWriter(MESSAGE_LENGTH + refs + topic.length() + event.length() + json.length())
                .raw('[')
                .raw(joinRef.json())
                .raw(',')
                .raw(ref.json())
                .raw(',')
                .string(topic)
                .raw(',')
                .string(event)
                .raw(',')
                .raw(json)
                .raw(']')
                .toBytes());
    }

    @Override
    public Frame encodePush(Ref joinRef, String topic, String event, Payload payload) {
        return payload instanceof Payload.Binary binary
                ? BinaryFrames.push(joinRef, topic, event, binary)
                : encodeMessage(joinRef, Ref.NONE, topic, event, object(payload));
    }

    @Override
    public Frame encodeBroadcast(String topic, String event, Payload payload) {
        return payload instanceof Payload.Binary binary
                ? BinaryFrames.broadcast(topic, event, binary)
                : encodeMessage(Ref.NONE, Ref.NONE, topic, event, object(payload));
    }

    @Override
    public boolean accepts(Payload payload) {
        return payload instanceof Payload.Binary || (payload instanceof Payload.Json json && json.isObject());
    }

    private static Payload.Json object(Payload payload) {
        Payload.Json json = Payload.Json.require(payload, "a JSON object or binary data");
        if (!json.isObject()) {
            throw new IllegalArgumentException(
                    "payload: JSON that is no object (expected: a JSON object or binary data, since vsn 2.0.0 pushes"
                            + " and broadcasts nothing else)");
        }
        return json;
    }
}
