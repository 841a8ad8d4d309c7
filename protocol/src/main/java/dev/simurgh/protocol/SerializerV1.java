package dev.simurgh.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * vsn 1.0.0: a message is a JSON object. Never sends a join ref, but obeys one that a client sends; reads a binary frame as text.
 */
final class SerializerV1 implements Serializer {
    private static final byte[] EVENT = "{\"event\":".getBytes(US_ASCII);
    private static final byte[] PAYLOAD = ",\"payload\":".getBytes(US_ASCII);
    private static final byte[] REF = ",\"ref\":".getBytes(US_ASCII);
    private static final byte[] TOPIC = ",\"topic\":".getBytes(US_ASCII);
    private static final int MESSAGE_LENGTH = "{'event':'','payload':,'ref':,'topic':''}".length();

    private static final byte[] REPLY = "{\"event\":\"phx_reply\",\"payload\":{\"response\":".getBytes(US_ASCII);
    private static final byte[] STATUS = ",\"status\":".getBytes(US_ASCII);
    private static final byte[] REPLY_REF = "},\"ref\":".getBytes(US_ASCII);
    private static final int REPLY_LENGTH =
            "{'event':'phx_reply','payload':{'response':,'status':''},'ref':,'topic':''}".length();

    @Override
    public String version() {
        return "1.0.0";
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

    @Override
    public Message decodeBinary(byte[] bytes, int offset, int length, int maxDepth) {
        Envelope envelope = new Envelope();
        try {
            return decode(new JsonScanner(bytes, offset, length, maxDepth), envelope);
        } catch (MalformedMessageException e) {
            throw envelope.malformed(e, false);
        }
    }

    private static Message decode(JsonScanner in, Envelope envelope) {
        in.open('{');
        if (!in.isEmpty()) {
            do {
                member(in, envelope);
            } while (in.another());
        }
        in.end();
        return envelope.message();
    }

    private static void member(JsonScanner in, Envelope envelope) {
        String key = in.key();
        if (key.equals("topic") && envelope.topic == null) {
            envelope.topic(in);
        } else if (key.equals("event") && envelope.event == null) {
            envelope.event(in);
        } else if (key.equals("payload") && envelope.payload == null) {
            envelope.payload = in.payload();
        } else if (key.equals("ref") && envelope.ref == null) {
            envelope.ref = in.ref();
        } else if (key.equals("join_ref") && envelope.joinRef == null) {
            envelope.joinRef = in.ref();
        } else {
            in.skipValue();
        }
    }

    @Override
    public Frame encodeReply(Ref joinRef, Ref ref, String topic, String status, Payload response) {
        return reply(ref, topic, true, status, json(response));
    }

    @Override
    public Frame encodeError(Message to, Ref joinRef, String reason) {
        return reply(to.ref(), to.topic(), to.isTopicText(), Protocol.ERROR, JsonWriter.reason(reason));
    }

    private static Frame reply(Ref ref, String topic, boolean topicText, String status, Payload.Json response) {
        int variable = ref.json().length + topic.length() + status.length() + response.length();
        return Frame.text(new JsonWriter(REPLY_LENGTH + variable)
                .raw(REPLY)
                .raw(response)
                .raw(STATUS)
                .string(status)
                .raw(REPLY_REF)
                .raw(ref.json())
                .raw(TOPIC)
                .value(topic, topicText)
                .raw('}')
                .toBytes());
    }

    @Override
    public Frame encodeMessage(Ref joinRef, Ref ref, String topic, String event, Payload payload) {
        Payload.Json json = json(payload);
        int variable = ref.json().length + topic.length() + event.length() + json.length();
        return Frame.text(new JsonWriter(MESSAGE_LENGTH + variable)
                .raw(EVENT)
                .string(event)
                .raw(PAYLOAD)
                .raw(json)
                .raw(REF)
                .raw(ref.json())
                .raw(TOPIC)
                .string(topic)
                .raw('}')
                .toBytes());
    }

    @Override
    public Frame encodePush(Ref joinRef, String topic, String event, Payload payload) {
        return encodeMessage(Ref.NONE, Ref.NONE, topic, event, payload);
    }

    @Override
    public Frame encodeBroadcast(String topic, String event, Payload payload) {
        return encodeMessage(Ref.NONE, Ref.NONE, topic, event, payload);
    }

    @Override
    public boolean accepts(Payload payload) {
        return payload instanceof Payload.Json;
    }

    private static Payload.Json json(Payload payload) {
        return Payload.Json.require(payload, "JSON, since vsn 1.0.0 has no binary data");
    }
}
