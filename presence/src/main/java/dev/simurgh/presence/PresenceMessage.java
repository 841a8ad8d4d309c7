package dev.simurgh.presence;

import dev.simurgh.presence.Delta.Removal;
import dev.simurgh.presence.MessageReader.MalformedException;
import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the presences of two nodes say to each other. A message is the format that a reader has to know at least, a kind, and what is said; of which a reader passes
 * over kinds that it does not know, and whatever stands behind what it knows. The bytes are described in {@code docs/reference/cluster-protocol.md}.
 */
sealed interface PresenceMessage {
    /** What this node writes, and the highest that it reads. */
    int FORMAT = 1;

    /** This is my latest version, as far as I have told all of it. */
    record Hello(long version) implements PresenceMessage {}

    /** This has changed with me. */
    record Changes(Delta delta) implements PresenceMessage {}

    /**
     * Tell me what has changed with you.
     *
     * @param since the version up to which I have it
     * @param base that of your last delta, if I am getting everything; else 0
     */
    record Ask(long since, long base) implements PresenceMessage {}

    /** I have nobody any more, and shall not have. */
    record Gone() implements PresenceMessage {}

    int HELLO = 1;
    int CHANGES = 2;
    int ASK = 3;
    int GONE = 4;
    int ENTRY = 1;
    int REMOVAL = 2;

    // Writing.

    /** The bytes of a message. */
    default byte[] encode() {
        if (this instanceof Changes changes) {
            return encoded(changes.delta);
        } else if (this instanceof Ask ask) {
            return begun(ASK, 24).varint(ask.since).varint(ask.base).toBytes();
        } else if (this instanceof Hello hello) {
            return begun(HELLO, 12).varint(hello.version).toBytes();
        }
        return begun(GONE, 2).toBytes();
    }

    private static MessageWriter begun(int kind, int expectedBytes) {
        return new MessageWriter(expectedBytes).u8(FORMAT).u8(kind);
    }

    private static byte[] encoded(Delta delta) {
        MessageWriter part = new MessageWriter(256);
        part.varint(delta.from()).varint(delta.to()).varint(delta.base()).u8(delta.more() ? 1 : 0);
        part.varint((long) delta.entries().size() + delta.removals().size());
        MessageWriter out = begun(CHANGES, 64 + 64 * delta.entries().size()).field(part);
        String topic = "";
        for (Entry entry : delta.entries()) {
            part.clear().u8(ENTRY).varint(entry.version).varint(entry.slot).varint(entry.previous);
            if (entry.topic.equals(topic)) {
                part.u8(1);
            } else {
                part.u8(0).text(entry.topic);
                topic = entry.topic;
            }
            out.field(part.text(entry.key).field(entry.meta));
        }
        for (Removal removal : delta.removals()) {
            out.field(part.clear().u8(REMOVAL).varint(removal.version()).varint(removal.slot()));
        }
        return out.toBytes();
    }

    // Reading.

    /**
     * Reads a message.
     *
     * @param from whose entries they are
     * @param known gives a topic as it is known here, so that not each entry has its own copy
     * @return empty if it is for nodes of a later format, or of a kind that is not known here
     * @throws MalformedException if it is none
     */
    static Optional<PresenceMessage> decode(byte[] bytes, Origin from, UnaryOperator<String> known)
            throws MalformedException {
        MessageReader in = new MessageReader(bytes);
        if (in.u8() > FORMAT) {
            return Optional.empty();
        }
        return switch (in.u8()) {
            case HELLO -> Optional.of(new Hello(in.varint()));
            case CHANGES -> Optional.of(new Changes(delta(in, from, known)));
            case ASK -> Optional.of(new Ask(in.varint(), in.varint()));
            case GONE -> Optional.of(new Gone());
            default -> Optional.empty();
        };
    }

    private static Delta delta(MessageReader in, Origin origin, UnaryOperator<String> known) throws MalformedException {
        MessageReader head = in.part();
        long from = head.varint();
        long to = head.varint();
        long base = head.varint();
        boolean more = (head.u8() & 1) != 0;
        long items = head.varint();
        if (from > to) {
            throw new MalformedException("changes from " + from + " to " + to);
        }
        List<Entry> entries = new ArrayList<>();
        List<Removal> removals = new ArrayList<>();
        String topic = "";
        for (long i = 0; i < items; i++) {
            MessageReader item = in.part();
            int kind = item.u8();
            if (kind == ENTRY) {
                Entry entry = entry(item, origin, topic, known);
                topic = entry.topic;
                entries.add(within(from, entry.version, to, entry));
            } else if (kind == REMOVAL) {
                Removal removal = new Removal(item.varint(), item.varint());
                removals.add(within(from, removal.version(), to, removal));
            }
        }
        return new Delta(from, to, base, more, entries, removals);
    }

    private static <T> T within(long from, long version, long to, T item) throws MalformedException {
        if (version <= from || version > to) {
            throw new MalformedException("version " + version + " in changes from " + from + " to " + to);
        }
        return item;
    }

    private static Entry entry(MessageReader in, Origin origin, String last, UnaryOperator<String> known)
            throws MalformedException {
        long version = in.varint();
        long slot = in.varint();
        long previous = in.varint();
        String topic = in.u8() == 1 ? last : known.apply(in.text());
        String key = in.text();
        byte[] meta = in.field();
        if (slot > version || previous >= version) {
            throw new MalformedException("slot " + slot + " and former version " + previous + " of " + version);
        }
        if (!isObject(meta)) {
            throw new MalformedException("a meta that is no JSON object");
        }
        return new Entry(origin, slot, version, previous, topic, key, meta);
    }

    private static boolean isObject(byte[] json) {
        int end = json.length;
        while (end > 0 && json[end - 1] <= ' ') {
            end--; // blanks
        }
        return end > 1 && json[end - 1] == '}' && ((Payload.Json) Payload.json(json, 0, end)).isObject();
    }
}
