package dev.simurgh.cluster.jgroups;

import java.io.DataInput;
import java.io.IOException;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.util.SeqnoList;

/**
 * The messages that may come over a connection: those that the protocols in use here send. Without TLS anyone may send, and of what
 * JGroups would read otherwise, some allocates whatever a length says, and some is deserialized as the sender likes.
 */
final class IncomingMessages {
    private static final short SEQNO_LIST = ClassConfigurator.getMagicNumber(SeqnoList.class);

    private IncomingMessages() {}

    /** Reads a message, but for the type, from a frame. */
    static Message read(short type, DataInput in) throws IOException, ClassNotFoundException {
        Message message = switch (type) {
            case Message.BYTES_MSG -> new Bytes();
            case Message.EMPTY_MSG -> new EmptyMessage();
            case Message.OBJ_MSG -> new Missing();
            default -> throw new IOException("message of type " + type + " (expected: bytes)");
        };
        message.readFrom(in);
        return message;
    }

    private static final class Bytes extends BytesMessage {
        @Override
        public void readPayload(DataInput in) throws IOException {
            int length = in.readInt();
            if (length > Transport.MAX_FRAME_BYTES) {
                throw new IOException("message of " + length + " bytes (expected: what fits into a frame)");
            }
            if (length >= 0) {
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                setArray(bytes);
            }
        }
    }

    /** Asks for messages again: the only object that the protocols send. */
    private static final class Missing extends ObjectMessage {
        @Override
        public void readPayload(DataInput in) throws IOException {
            if (in.readByte() == 0 || in.readShort() != SEQNO_LIST) {
                throw new IOException("object (expected: a list of numbers of messages)");
            }
            SeqnoList missing = new SeqnoList();
            missing.readFrom(in);
            setObject(missing);
        }
    }
}
