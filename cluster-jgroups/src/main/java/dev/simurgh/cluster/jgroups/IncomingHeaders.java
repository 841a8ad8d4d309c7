package dev.simurgh.cluster.jgroups;

import java.io.DataInput;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgroups.Header;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FailureDetection;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NakAckHeader;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.Bits;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.Util;

/**
 * The headers that a message may have: those of the protocols in {@link Stack}. JGroups would take all that it knows, of which some make
 * an object of a class that the sender names, or allocate whatever a length says.
 *
 * <p>A header reads itself, and the addresses in it with no more care. So its bytes are read twice: first to look at them.
 */
final class IncomingHeaders {
    /** One of each class, and some. */
    private static final int MAX_HEADERS = 16;
    /** Far more than the name of a node or of a cluster has. */
    private static final int MAX_NAME_BYTES = 4_096;

    private static final Map<Short, Kind> KINDS = Stream.of(
                    new Kind(TpHeader::new, IncomingHeaders::checkTransport),
                    new Kind(PingHeader::new, IncomingHeaders::checkPing),
                    new Kind(MERGE3.MergeHeader::new, IncomingHeaders::checkMerge),
                    new Kind(FailureDetection.HeartbeatHeader::new, in -> {}), // empty
                    new Kind(VERIFY_SUSPECT2.VerifyHeader::new, IncomingHeaders::checkVerify),
                    new Kind(NakAckHeader::new, IncomingHeaders::checkMulticast),
                    new Kind(UnicastHeader::new, in -> {}), // numbers only
                    new Kind(GMS.GmsHeader::new, IncomingHeaders::checkMembership))
            .collect(Collectors.toUnmodifiableMap(Kind::magicNumber, Function.identity()));

    private IncomingHeaders() {}

    static Header[] read(ByteArrayDataInputStream frame) throws IOException, ClassNotFoundException {
        short count = frame.readShort();
        if (count < 0 || count > MAX_HEADERS) {
            throw new IOException(count + " headers (expected: at most " + MAX_HEADERS + ")");
        }
        Header[] headers = new Header[Math.max(count, Util.DEFAULT_HEADERS)];
        for (int i = 0; i < count; i++) {
            short protocol = frame.readShort();
            headers[i] = readHeader(frame).setProtId(protocol);
        }
        return headers;
    }

    private static Header readHeader(ByteArrayDataInputStream frame) throws IOException, ClassNotFoundException {
        short magicNumber = frame.readShort();
        Kind kind = KINDS.get(magicNumber);
        if (kind == null) {
            throw new IOException("header with magic number " + magicNumber + " (expected: of a protocol in use: "
                    + KINDS.keySet() + ")");
        }
        frame.mark(0);
        kind.check.check(frame);
        frame.reset();
        Header header = kind.header.get();
        header.readFrom(frame);
        return header;
    }

    // The fields of each, in the order in which it reads them.

    private static void checkTransport(DataInput in) throws IOException {
        checkLength(in.readShort());
    }

    private static void checkPing(DataInput in) throws IOException {
        in.readByte();
        checkName(in);
    }

    private static void checkMerge(DataInput in) throws IOException {
        in.readByte();
        if (in.readBoolean()) {
            IncomingMessages.readAddress(in);
            Bits.readLongCompressed(in);
        }
        checkName(in);
        IncomingMessages.readAddress(in);
    }

    private static void checkVerify(DataInput in) throws IOException {
        in.readShort();
        IncomingMessages.readAddress(in);
    }

    private static void checkMulticast(DataInput in) throws IOException {
        if (in.readByte() == NakAckHeader.XMIT_REQ) {
            IncomingMessages.readAddress(in);
        }
    }

    private static void checkMembership(DataInput in) throws IOException {
        in.readByte();
        short flags = in.readShort();
        IncomingMessages.readAddress(in);
        if ((flags & GMS.GmsHeader.MERGE_ID_PRESENT) != 0) {
            IncomingMessages.readAddress(in);
        }
    }

    private static void checkName(DataInput in) throws IOException {
        if (in.readByte() == 1) {
            int length = in.readUnsignedShort();
            checkLength(length);
            in.readFully(new byte[length]);
        }
    }

    /** JGroups makes room for up to three times what a name says that it has, before it looks for the bytes. */
    private static void checkLength(int length) throws IOException {
        if (length > MAX_NAME_BYTES) {
            throw new IOException("name of " + length + " bytes (expected: at most " + MAX_NAME_BYTES + ")");
        }
    }

    private record Kind(Supplier<Header> header, Check check) {
        short magicNumber() {
            return ClassConfigurator.getMagicNumber(header.get().getClass());
        }
    }

    private interface Check {
        void check(DataInput in) throws IOException;
    }
}
