package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Header;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.PhysicalAddress;
import org.jgroups.ViewId;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.AuthHeader;
import org.jgroups.protocols.DH_KEY_EXCHANGE;
import org.jgroups.protocols.FailureDetection.HeartbeatHeader;
import org.jgroups.protocols.MERGE3.MergeHeader;
import org.jgroups.protocols.NakAckHeader;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.VERIFY_SUSPECT2.VerifyHeader;
import org.jgroups.protocols.pbcast.GMS.GmsHeader;
import org.jgroups.protocols.relay.RelayHeader;
import org.jgroups.protocols.relay.SiteMaster;
import org.jgroups.protocols.relay.SiteUUID;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.FlagsUUID;
import org.jgroups.util.MergeId;
import org.jgroups.util.ObjectWrapperSerializable;
import org.jgroups.util.SeqnoList;
import org.jgroups.util.UUID;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingMessagesTest {
    private static final Address MEMBER = new UUID(1, 2);
    private static final Address OTHER = new UUID(-3, -4);
    private static final PhysicalAddress PLACE = new IpAddress(InetAddress.getLoopbackAddress(), 7_700);
    private static final short PROTOCOL = 1_701;
    /** For an exception with its message, and what a message has of its own. */
    private static final long FEW_BYTES = 16 << 10;

    private static final AtomicInteger MADE = new AtomicInteger();

    /** Named by a stranger. */
    public static final class Named {
        static {
            MADE.incrementAndGet();
        }

        public Named() {
            MADE.incrementAndGet();
        }
    }

    private interface Part {
        void writeTo(DataOutput out) throws IOException;
    }

    private static byte[] bytes(Part... parts) {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(64);
        try {
            for (Part part : parts) {
                part.writeTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.copyOf(out.buffer(), out.position());
    }

    private static Message read(short type, byte[] bytes) throws IOException, ClassNotFoundException {
        return IncomingMessages.read(type, new ByteArrayDataInputStream(bytes));
    }

    // What is refused. A frame is the parts of its head, then the number of headers, then each with a protocol and a
    // magic number.

    private record Hostile(String name, short type, String reason, List<Part> frame) {
        byte[] bytes() {
            return IncomingMessagesTest.bytes(frame.toArray(Part[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Part head(int parts, int flags, Part... addresses) {
        return out -> {
            out.writeByte(parts);
            out.writeShort(flags);
            for (Part address : addresses) {
                address.writeTo(out);
            }
        };
    }

    private static Part magic(Class<?> type) {
        return out -> out.writeShort(ClassConfigurator.getMagicNumber(type));
    }

    private static Part header(Class<? extends Header> type, Part fields) {
        return out -> {
            out.writeShort(1);
            out.writeShort(PROTOCOL);
            magic(type).writeTo(out);
            fields.writeTo(out);
        };
    }

    private static Part address(Address address) {
        return out -> Util.writeAddress(address, out);
    }

    private static Hostile headers(String name, String reason, Part headers) {
        return new Hostile(name, Message.EMPTY_MSG, reason, List.of(head(0, 0), headers));
    }

    private static Hostile missing(int size, String reason) {
        return new Hostile("a list of " + size, Message.OBJ_MSG, reason, List.of(head(0, 0), out -> {
            out.writeShort(0);
            out.writeByte(1);
            magic(SeqnoList.class).writeTo(out);
            out.writeInt(size);
            out.writeLong(0);
        }));
    }

    static Stream<Hostile> hostile() {
        String list = "(expected: at most 1024)";
        String inUse = "(expected: of a protocol in use: ";
        String count = " headers (expected: at most 16)";
        Stream<Hostile> general = Stream.of(
                headers("a class by its name", inUse, header(AuthHeader.class, out -> {
                    out.writeByte(1);
                    out.writeShort(-1);
                    out.writeUTF(IncomingMessagesTest.class.getName() + "$Named");
                })),
                headers("two thousand million bytes", inUse, header(DH_KEY_EXCHANGE.DhHeader.class, out -> {
                    out.writeByte(0);
                    out.writeInt(2_000_000_000);
                })),
                headers("headers in a header", inUse, header(RelayHeader.class, out -> {
                    out.writeByte(RelayHeader.DATA);
                    out.writeByte(1);
                    out.writeByte(Address.NULL);
                    out.writeByte(Address.NULL);
                    out.writeInt(1_000_000_000);
                })),
                headers("fewer headers than none", "-1" + count, out -> out.writeShort(-1)),
                headers("more headers than protocols", "17" + count, out -> out.writeShort(17)),
                headers("as many headers as a short can say", "32767" + count, out -> out.writeShort(Short.MAX_VALUE)),
                missing(Integer.MAX_VALUE, list),
                missing(-1, list),
                missing(10_001, list),
                new Hostile(
                        "another object",
                        Message.OBJ_MSG,
                        "object (expected: a list of numbers of messages)",
                        List.of(head(0, 0), out -> {
                            out.writeShort(0);
                            out.writeByte(1);
                            magic(ObjectWrapperSerializable.class).writeTo(out);
                        })),
                new Hostile(
                        "more bytes than the frame has",
                        Message.BYTES_MSG,
                        "message of 1000000 bytes (expected: what is left of the frame, 1 bytes)",
                        List.of(head(0, 0), out -> {
                            out.writeShort(0);
                            out.writeInt(1_000_000);
                            out.writeByte(1);
                        })),
                new Hostile("a type of message", Message.NIO_MSG, "message of type", List.of(head(0, 0))));
        return Stream.of(general, names(), addresses()).flatMap(hostile -> hostile);
    }

    private static Stream<Hostile> names() {
        String reason = "bytes (expected: at most 4096)";
        return Stream.of(
                headers(
                        "a cluster's long name",
                        reason,
                        header(TpHeader.class, out -> out.writeShort(Short.MAX_VALUE))),
                headers("a sought cluster's long name", reason, header(PingHeader.class, out -> {
                    out.writeByte(1);
                    out.writeByte(1);
                    out.writeShort(-1);
                    out.writeByte(0);
                })),
                headers("a node's long name", reason, header(MergeHeader.class, out -> {
                    out.writeByte(0);
                    out.writeByte(0);
                    out.writeByte(1);
                    out.writeShort(-1);
                    address(PLACE).writeTo(out);
                })));
    }

    private static Stream<Hostile> addresses() {
        String reason = "(expected: a UUID, or an IP address)";
        Map<String, Part> addresses = new LinkedHashMap<>();
        addresses.put("a site", address(new SiteMaster("site")));
        addresses.put("a member of a site", address(new SiteUUID(new UUID(1, 2), "name", "site")));
        addresses.put("a UUID with more in it", address(new ExtendedUUID(1, 2)));
        addresses.put("a UUID with flags", address(new FlagsUUID(1, 2)));
        addresses.put("a UUID that is a site too", out -> out.writeByte(Address.UUID_ADDR | Address.SITE_UUID));
        addresses.put("an object that is no address", out -> {
            out.writeByte(0);
            magic(BytesMessage.class).writeTo(out);
        });
        List<Hostile> hostile = new ArrayList<>();
        addresses.forEach((name, bad) -> {
            hostile.add(new Hostile(name + " to go to", Message.EMPTY_MSG, reason, List.of(head(1, 0, bad))));
            hostile.add(new Hostile(
                    name + " to come from", Message.EMPTY_MSG, reason, List.of(head(3, 0, address(MEMBER), bad))));
            hostile.add(headers(name + " that asks", reason, header(VerifyHeader.class, out -> {
                out.writeShort(1);
                bad.writeTo(out);
            })));
            hostile.add(headers(name + " whose messages are missing", reason, header(NakAckHeader.class, out -> {
                out.writeByte(NakAckHeader.XMIT_REQ);
                bad.writeTo(out);
            })));
            hostile.add(headers(name + " where a node is", reason, header(MergeHeader.class, out -> {
                out.writeByte(0);
                out.writeByte(0);
                out.writeByte(0);
                bad.writeTo(out);
            })));
            hostile.add(headers(name + " that made a view", reason, header(MergeHeader.class, out -> {
                out.writeByte(0);
                out.writeByte(1);
                bad.writeTo(out);
            })));
            hostile.add(headers(name + " that joins", reason, header(GmsHeader.class, out -> {
                out.writeByte(GmsHeader.JOIN_REQ);
                out.writeShort(0);
                bad.writeTo(out);
            })));
            hostile.add(headers(name + " that merges", reason, header(GmsHeader.class, out -> {
                out.writeByte(GmsHeader.MERGE_REQ);
                out.writeShort(GmsHeader.MERGE_ID_PRESENT);
                address(MEMBER).writeTo(out);
                bad.writeTo(out);
            })));
        });
        return hostile.stream();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatNoNodeSendsIsRefusedAndCostsNothing(Hostile hostile) {
        assertRefused(hostile); // loads all classes that take part

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] bytes = hostile.bytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> read(hostile.type, bytes)).isInstanceOf(IOException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("allocated, for %s bytes", bytes.length)
                .isLessThan(FEW_BYTES + measuringBytes(threads));
        assertThat(MADE).hasValue(0);
    }

    private static void assertRefused(Hostile hostile) {
        assertThatThrownBy(() -> read(hostile.type, hostile.bytes()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(hostile.reason);
    }

    /** What AssertJ allocates for an exception. */
    private static long measuringBytes(ThreadMXBean threads) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> {
                    throw new IOException("as expected");
                })
                .isInstanceOf(IOException.class);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void headersOfProtocolsThatAreNotInUseAreRefused() {
        Set<Short> inUse = Set.copyOf(Stream.<Class<?>>of(
                        TpHeader.class,
                        PingHeader.class,
                        MergeHeader.class,
                        HeartbeatHeader.class,
                        VerifyHeader.class,
                        NakAckHeader.class,
                        UnicastHeader.class,
                        GmsHeader.class)
                .map(ClassConfigurator::getMagicNumber)
                .toList());
        assertThat(inUse).hasSize(8).doesNotContain((short) -1);
        for (short magic = -2; magic < 2_000; magic++) {
            if (!inUse.contains(magic)) {
                short unused = magic;
                assertRefused(headers("header " + magic, "header with magic number " + magic + " (expected: ", out -> {
                    out.writeShort(1);
                    out.writeShort(PROTOCOL);
                    out.writeShort(unused);
                }));
            }
        }
    }

    /** Else JGroups' UNICAST4 has Java deserialize it, when it is said to ask for messages again. */
    @ParameterizedTest
    @ValueSource(shorts = {Message.BYTES_MSG, Message.EMPTY_MSG, Message.OBJ_MSG})
    void aSerializedObjectIsRefused(short type) {
        assertRefused(new Hostile(
                "serialized",
                type,
                "serialized object (expected: bytes)",
                List.of(
                        head(0, Message.Flag.SERIALIZED.value()),
                        header(
                                UnicastHeader.class,
                                out -> UnicastHeader.createXmitReqHeader().writeTo(out)),
                        out -> out.writeInt(0))));
    }

    @Test
    void aMessageThatEndsEarlyIsRefused() throws Exception {
        Message message = new BytesMessage(MEMBER, new byte[3]).setSrc(OTHER);
        headersInUse().forEach(header -> message.putHeader((short) (header.getMagicId() + 100), header));
        byte[] whole = bytes(message::writeTo);
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(Message.BYTES_MSG, part)).isInstanceOf(IOException.class);
        }
        assertThat(read(Message.BYTES_MSG, whole).getNumHeaders()).isEqualTo(8);
    }

    // What is read.

    private static Stream<Header> headersInUse() {
        return Stream.of(
                new TpHeader("simurgh"),
                new PingHeader(PingHeader.GET_MBRS_REQ).clusterName("simurgh").initialDiscovery(true),
                MergeHeader.createInfo(new ViewId(MEMBER, 7), "a@127.0.0.1", PLACE),
                new HeartbeatHeader(),
                verify(),
                NakAckHeader.createXmitRequestHeader(MEMBER),
                UnicastHeader.createDataHeader(1_000, (short) 3, true),
                new GmsHeader(GmsHeader.MERGE_RSP, MEMBER)
                        .mergeId(MergeId.create(OTHER))
                        .mergeRejected(true));
    }

    private static Header verify() {
        VerifyHeader header = new VerifyHeader(); // the constructor with fields is not public
        byte[] fields = bytes(out -> out.writeShort(2), address(MEMBER));
        try {
            header.readFrom(new ByteArrayDataInputStream(fields));
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        return header;
    }

    static Stream<Header> headers() {
        Stream<Header> others = Stream.of(
                new TpHeader((byte[]) null),
                new TpHeader("simurgh", TpHeader.REQ, 5),
                new PingHeader((byte) 15),
                MergeHeader.createViewRequest(),
                MergeHeader.createViewResponse(),
                NakAckHeader.createMessageHeader(Long.MAX_VALUE),
                NakAckHeader.createXmitResponseHeader(),
                NakAckHeader.createHighestSeqnoHeader(0),
                NakAckHeader.createAckHeader(12),
                UnicastHeader.createAckHeader(1 << 20, (short) 1, 9),
                UnicastHeader.createSendFirstSeqnoHeader(77),
                UnicastHeader.createXmitReqHeader(),
                UnicastHeader.createCloseHeader((short) 2),
                new GmsHeader(GmsHeader.VIEW),
                new GmsHeader(GmsHeader.JOIN_REQ, MEMBER));
        return Stream.concat(headersInUse(), others);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headersInUseAreReadAsTheyWere(Header header) throws Exception {
        Message read = assertReadAsItWas(new EmptyMessage(MEMBER).putHeader(PROTOCOL, header));
        Header same = read.getHeader(PROTOCOL);
        assertThat(same).isInstanceOf(header.getClass()).hasToString(header.toString());
        assertThat(read.getNumHeaders()).isEqualTo(1);
    }

    @Test
    void messagesOfEachKindAreReadAsTheyWere() throws Exception {
        SeqnoList missing = new SeqnoList(Stack.CAPACITY, 5).add(5, 7, 900);
        List<Message> messages = List.of(
                new EmptyMessage(),
                new EmptyMessage(MEMBER).setSrc(OTHER).setFlag(Message.Flag.OOB, Message.Flag.NO_FC),
                new EmptyMessage(PLACE).setSrc(PLACE),
                new BytesMessage(MEMBER),
                new BytesMessage(MEMBER, new byte[0]),
                new BytesMessage(null, new byte[] {1, 2, 3}).setSrc(MEMBER).setFlag(Message.Flag.DONT_BUNDLE),
                new BytesMessage(MEMBER, new byte[Packet.MAX_BYTES]),
                new ObjectMessage(MEMBER, missing).setFlag(Message.Flag.OOB));
        for (Message message : messages) {
            assertReadAsItWas(message);
            headersInUse().forEach(header -> message.putHeader((short) (header.getMagicId() + 100), header));
            assertThat(assertReadAsItWas(message).getNumHeaders()).isEqualTo(8);
        }
        SeqnoList read = assertReadAsItWas(messages.get(messages.size() - 1)).getObject();
        assertThat(read).containsExactly(5L, 7L, 900L);
    }

    private static Message assertReadAsItWas(Message message) throws IOException, ClassNotFoundException {
        byte[] written = bytes(message::writeTo);
        Message read = read(message.getType(), written);
        assertThat(read.getType()).isEqualTo(message.getType());
        assertThat(read.getDest()).isEqualTo(message.getDest());
        assertThat(read.getSrc()).isEqualTo(message.getSrc());
        assertThat(read.getFlags(false)).isEqualTo(message.getFlags(false));
        assertThat(read.getLength()).isEqualTo(message.getLength());
        assertThat(bytes(read::writeTo)).isEqualTo(written);
        return read;
    }

    @Test
    void messagesOfABatchAreReadOneAfterTheOther() throws Exception {
        Message first =
                new BytesMessage(MEMBER, new byte[] {1, 2}).setSrc(OTHER).putHeader(PROTOCOL, verify());
        Message second = new EmptyMessage(MEMBER).setSrc(MEMBER).putHeader(PROTOCOL, new HeartbeatHeader());
        ByteArrayDataInputStream in = new ByteArrayDataInputStream(
                bytes(out -> first.writeToNoAddrs(OTHER, out), out -> second.writeToNoAddrs(OTHER, out)));
        Message read = IncomingMessages.read(Message.BYTES_MSG, in);
        assertThat(read.getArray()).containsExactly(1, 2);
        assertThat(read.getSrc()).as("stands before the batch").isNull();
        assertThat(IncomingMessages.read(Message.EMPTY_MSG, in).getSrc())
                .as("is another one")
                .isEqualTo(MEMBER);
        assertThat(in.available()).isZero();
    }

    static Stream<@Nullable Address> addressesOfNodes() throws IOException {
        return Stream.of(
                null,
                MEMBER,
                PLACE,
                new IpAddress(InetAddress.getByAddress(new byte[16]), 1),
                new IpAddress(InetAddress.getByName("2001:db8::1"), 65_535));
    }

    @ParameterizedTest
    @MethodSource("addressesOfNodes")
    void addressesOfNodesAreRead(@Nullable Address address) throws IOException {
        byte[] written = bytes(out -> Util.writeAddress(address, out));
        assertThat(IncomingMessages.readAddress(new ByteArrayDataInputStream(written)))
                .isEqualTo(address);
    }
}
