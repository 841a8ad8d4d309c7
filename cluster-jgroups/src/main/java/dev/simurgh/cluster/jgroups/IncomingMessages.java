package dev.simurgh.cluster.jgroups;

import java.io.DataInput;
import java.io.IOException;
import org.jgroups.Address;
import org.jgroups.BaseMessage;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.SeqnoList;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The messages that may come over a connection: those that the protocols in use here send. Without TLS anyone may send, and of what
 * JGroups would read otherwise, some allocates whatever a length says, some makes an object of any class that the sender names, and some
 * is deserialized as the sender likes. Therefore JGroups reads nothing of a message that was not looked at before, except what its
 * protocols find in its bytes.
 */
final class IncomingMessages {
    private static final short SEQNO_LIST = ClassConfigurator.getMagicNumber(SeqnoList.class);
    // as in BaseMessage, where they are not public
    private static final int HAS_DESTINATION = 1;
    private static final int HAS_SOURCE = 2;

    private IncomingMessages() {}

    /** Reads a message, but for the type, from a frame. */
    static Message read(short type, DataInput in) throws IOException, ClassNotFoundException {
        ByteArrayDataInputStream frame = (ByteArrayDataInputStream) in; // as JGroups makes it of what it receives
        return switch (type) {
            case Message.BYTES_MSG -> readBytes(frame);
            case Message.EMPTY_MSG -> readHead(new EmptyMessage(), frame);
            case Message.OBJ_MSG -> readMissing(frame);
            default -> throw new IOException("message of type " + type + " (expected: bytes)");
        };
    }

    /** Reads the address of a node: what it is called in a view, or where it is. Null if it says that there is none. */
    static @Nullable Address readAddress(DataInput in) throws IOException {
        byte kind = in.readByte();
        switch (kind) {
            case Address.NULL -> {
                return null;
            }
            case Address.UUID_ADDR -> {
                UUID member = new UUID();
                member.readFrom(in);
                return member;
            }
            case Address.IP_ADDR -> {
                IpAddress place = new IpAddress();
                place.readFrom(in);
                return place;
            }
            default -> throw new IOException("address of kind " + kind + " (expected: a UUID, or an IP address)");
        }
    }

    /** What each message begins with. */
    private static <M extends BaseMessage> M readHead(M message, ByteArrayDataInputStream frame)
            throws IOException, ClassNotFoundException {
        byte parts = frame.readByte();
        short flags = frame.readShort();
        if ((flags & Message.Flag.SERIALIZED.value()) != 0) {
            // who asks such a message for its object, as JGroups does before it knows what is in it, has Java
            // deserialize it
            throw new IOException("serialized object (expected: bytes)");
        }
        message.setFlag(flags, false);
        if ((parts & HAS_DESTINATION) != 0) {
            message.setDest(readAddress(frame));
        }
        if ((parts & HAS_SOURCE) != 0) {
            message.setSrc(readAddress(frame));
        }
        message.headers(IncomingHeaders.read(frame));
        return message;
    }

    private static Message readBytes(ByteArrayDataInputStream frame) throws IOException, ClassNotFoundException {
        Message message = readHead(new BytesMessage(), frame);
        int length = frame.readInt();
        if (length > frame.available()) {
            throw new IOException("message of " + length + " bytes (expected: what is left of the frame, "
                    + frame.available() + " bytes)");
        }
        if (length >= 0) {
            byte[] bytes = new byte[length];
            frame.readFully(bytes);
            message.setArray(bytes);
        }
        return message;
    }

    /** Asks for messages again: the only object that the protocols send. */
    private static Message readMissing(ByteArrayDataInputStream frame) throws IOException, ClassNotFoundException {
        ObjectMessage message = readHead(new ObjectMessage(), frame);
        if (frame.readByte() == 0 || frame.readShort() != SEQNO_LIST) {
            throw new IOException("object (expected: a list of numbers of messages)");
        }
        frame.mark(0);
        int size = frame.readInt();
        if (size < 0 || size > Stack.CAPACITY) {
            throw new IOException("list of " + size + " messages (expected: at most " + Stack.CAPACITY + ")");
        }
        frame.reset();
        SeqnoList missing = new SeqnoList();
        missing.readFrom(frame);
        return message.setObject(missing);
    }
}
