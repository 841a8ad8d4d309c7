package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.SerialLoop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The bytes between nodes: docs/reference/cluster-protocol.md. */
class ClusterWireTest {
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Net net = new Net();
    private final Net.Node a;
    private final Net.Node b;

    ClusterWireTest() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        a = nodes.get(0);
        b = nodes.get(1);
    }

    private void receive(byte[]... messages) {
        byte[] packet = packet(messages);
        b.events().received(net.wire(b, a), packet, 0, packet.length);
    }

    private static byte[] packet(byte[]... messages) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        Arrays.stream(messages).forEach(packet::writeBytes);
        return packet.toByteArray();
    }

    private static String hex(ClusterMessage message) {
        return HexFormat.of().formatHex(message.bytes());
    }

    private static byte[] event(String name) {
        return ClusterMessage.broadcast(Broadcast.of("t", name, Payload.EMPTY)).bytes();
    }

    @Test
    void messagesLookAsDocumented() {
        assertThat(hex(ClusterMessage.hello(new NodeId("a@h", 300))))
                .isEqualTo("010000000a" + "0002" + "0002" + "03614068" + "ac02");
        assertThat(hex(ClusterMessage.topics(ClusterMessage.FIRST, 5, List.of("t".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo("0200000004" + "01" + "05" + "0174");
        assertThat(hex(ClusterMessage.added(6, "t"))).isEqualTo("0300000003" + "06" + "0174");
        assertThat(hex(ClusterMessage.removed(7, "t"))).isEqualTo("0400000003" + "07" + "0174");
        Broadcast json = Broadcast.of("t", "e", Payload.json("{}"));
        assertThat(hex(ClusterMessage.broadcast(json)))
                .isEqualTo("0500000008" + "00" + "00" + "0174" + "0165" + "7b7d");
        Broadcast binary = Broadcast.of("t", "e", Payload.binary(new byte[] {9}));
        Recent recent = new Recent(new KnownTopic("t"), binary, binary.payload(), 0, Peer.NONE, Peer.NONE);
        assertThat(hex(ClusterMessage.late(recent, 200_999)))
                .isEqualTo("050000000b" + "01" + "04" + "0102c801" + "0174" + "0165" + "09");
        assertThat(hex(ClusterMessage.broadcast(json.at("x:1"))))
                .isEqualTo("050000000d" + "00" + "05" + "0203783a31" + "0174" + "0165" + "7b7d");
        String traced = HexFormat.of().formatHex(TRACEPARENT.getBytes(StandardCharsets.US_ASCII));
        assertThat(hex(ClusterMessage.broadcast(json.tracedBy(TRACEPARENT))))
                .isEqualTo("0500000041" + "00" + "39" + "0337" + traced + "0174" + "0165" + "7b7d");
        assertThat(hex(ClusterMessage.message("k", new byte[] {9}))).isEqualTo("0600000004" + "00" + "016b" + "09");
        assertThat(hex(ClusterMessage.ask())).isEqualTo("0700000000");
        assertThat(hex(ClusterMessage.number(300))).isEqualTo("0800000002" + "ac02");
        assertThat(hex(ClusterMessage.again())).isEqualTo("0900000000");
    }

    /** What another node has made of it is no reason not to deliver it. */
    @Test
    void aTraceparentThatIsNoneIsPassedOver() {
        List<Broadcast> got = new ArrayList<>();
        b.pubsub().subscribe("t", SerialLoop.on(Runnable::run), got::add);
        byte[] good = ClusterMessage.broadcast(
                        Broadcast.of("t", "e", Payload.EMPTY).at("x:1").tracedBy(TRACEPARENT))
                .bytes();
        byte[] bad = good.clone();
        for (int i = 0; i < bad.length; i++) {
            bad[i] = bad[i] == 'b' ? (byte) 0xff : bad[i];
        }
        receive(good, bad);
        assertThat(got).extracting(Broadcast::traceparent).containsExactly(Optional.of(TRACEPARENT), Optional.empty());
        assertThat(got).extracting(Broadcast::position).containsOnly(Optional.of("x:1"));
        assertThat(b.mesh.stats().malformed()).isZero();
    }

    @Test
    void onlyThePartsOfATableAreTable() {
        assertThat(ClusterMessage.topics(ClusterMessage.FIRST, 0, List.of()).isTable())
                .isTrue();
        assertThat(ClusterMessage.topics(ClusterMessage.FIRST | ClusterMessage.LAST, 0, List.of())
                        .beginsTable())
                .isTrue();
        assertThat(ClusterMessage.topics(ClusterMessage.LAST, 1, List.of()).beginsTable())
                .isFalse();
        assertThat(ClusterMessage.added(1, "t").isTable()).isFalse();
        assertThat(ClusterMessage.added(1, "t").beginsTable()).isFalse();
        assertThat(ClusterMessage.hello(new NodeId("a@h", 1)).isTable()).isFalse();
    }

    @Test
    void anUnknownKindIsCountedAndPassedOver() {
        b.subscribe("t");
        receive(event("1"), new byte[] {99, 0, 0, 0, 3, 1, 2, 3}, event("2"));
        assertThat(b.inbox).containsExactly("t 1", "t 2");
        assertThat(b.mesh.stats().unknown()).isEqualTo(1);
        assertThat(b.mesh.stats().malformed()).isZero();
    }

    @Test
    void whatANewerNodeAddsToAMessageIsPassedOver() {
        byte[] hello = {1, 0, 0, 0, 11, 0, 9, 0, 2, 3, 'a', '@', 'h', 1, 7, 7};
        receive(hello, event("1"));
        b.subscribe("t");
        receive(hello, event("2"));
        assertThat(b.inbox).containsExactly("t 2");
        assertThat(b.mesh.stats().malformed()).isZero();
    }

    @Test
    void aNodeThatThisOneCannotTalkToIsLeftAlone() {
        Net.Node c = net.node("c@h");
        c.start();
        net.sees(c, b);
        c.events().received(net.wire(c, b), new byte[] {1, 0, 0, 0, 9, 0, 9, 0, 3, 3, 'b', '@', 'h', 1}, 0, 14);
        assertThat(c.pubsub().node().list()).isEmpty();
        c.broadcast("t", "e");
        assertThat(net.wire(c, b).broadcasts()).isEmpty();
        c.events().down(net.wire(c, b));
        assertThat(c.news).isEmpty();
    }

    @Nested
    class ANodeThatIsTooNew {
        private final Net.Node c = net.node("c@h");
        private final Net.Wire fromNew;

        ANodeThatIsTooNew() {
            c.start();
            net.meet(c, b);
            net.deliver();
            Net.Node newer = net.node("new@h");
            net.sees(b, newer);
            fromNew = net.wire(b, newer);
        }

        private void receiveFromNew(byte[]... messages) {
            byte[] packet = packet(messages);
            b.events().received(fromNew, packet, 0, packet.length);
        }

        private static byte[] hello(int oldest, String name) {
            return new ClusterWriter(20)
                    .u16(3)
                    .u16(oldest)
                    .field(Texts.encode(name))
                    .varint(1)
                    .finish(ClusterMessage.Kind.HELLO.code);
        }

        @Test
        void nothingBehindItsHelloIsTaken() {
            b.subscribe("t");
            receiveFromNew(hello(3, "new@h"), ClusterMessage.added(1, "x").bytes(), event("e"), new byte[] {99});
            receiveFromNew(event("e"));
            assertThat(b.inbox).isEmpty();
            assertThat(b.mesh.stats()).isEqualTo(new MeshStats(0, 0, 0, 0, 0, 0, 0, 0));
        }

        @Test
        void othersLoseNothingByIt() {
            receiveFromNew(hello(3, "new@h"), ClusterMessage.added(1, "t").bytes());
            a.events().down(net.wire(a, b)); // so that c is the only one
            b.events().down(net.wire(b, a));
            int sent = fromNew.sent.size();
            c.subscribe("t");
            b.broadcast("t", "e");
            net.deliver();
            assertThat(c.inbox).containsExactly("t e");
            assertThat(fromNew.sent).hasSize(sent);
        }

        @Test
        void aGoodHelloBehindTheBadOneChangesNothing() {
            receiveFromNew(hello(3, "new@h"), hello(2, "new@h"));
            assertThat(b.mesh.nodes()).extracting(NodeId::name).containsExactly("a@h", "c@h");
            assertThat(b.mesh.directBroadcast("new@h", Broadcast.of("t", "e", Payload.EMPTY)))
                    .isFalse();
        }

        @Test
        void aBadHelloBehindAGoodOneEndsIt() {
            receiveFromNew(hello(2, "new@h"), ClusterMessage.added(1, "t").bytes());
            assertThat(b.mesh.nodes()).extracting(NodeId::name).containsExactly("a@h", "c@h", "new@h");
            receiveFromNew(hello(3, "new@h"));
            assertThat(b.mesh.nodes()).extracting(NodeId::name).containsExactly("a@h", "c@h");
            assertThat(b.news).endsWith("+new@h", "-new@h");
            assertThat(b.mesh.stats().remoteTopics()).isZero();
            b.events().down(fromNew);
            assertThat(b.news).endsWith("+new@h", "-new@h");
        }
    }

    @Test
    void eachCutOfEachMessageIsCountedAsMalformed() {
        List<byte[]> messages = List.of(
                ClusterMessage.hello(new NodeId("a@h", 1)).bytes(),
                ClusterMessage.topics(3, 0, List.of(new byte[] {'x'}, new byte[] {'y'}))
                        .bytes(),
                ClusterMessage.added(1, "x").bytes(),
                ClusterMessage.removed(2, "x").bytes(),
                event("e"));
        long expected = 0;
        for (byte[] message : messages) {
            for (int length = 1; length < message.length; length++) {
                receive(Arrays.copyOf(message, length));
                assertThat(b.mesh.stats().malformed()).isEqualTo(++expected);
            }
        }
    }

    @Test
    void lengthsThatLieAreCountedAndAllocateNothing() {
        receive(new byte[] {5, 0x7f, -1, -1, -1});
        receive(new byte[] {5, -1, -1, -1, -1});
        receive(new byte[] {3, 0, 0, 0, 5, -1, -1, -1, -1, 0x7f});
        receive(new byte[] {3, 0, 0, 0, 9, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f});
        receive(new byte[] {3, 0, 0, 0, 10, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        assertThat(b.mesh.stats().malformed()).isEqualTo(5);
    }

    @Test
    void aBinaryBroadcastWhoseNamesAreTooLongForClientsIsMalformed() {
        byte[] bytes = ClusterMessage.broadcast(Broadcast.of("t".repeat(300), "e", Payload.EMPTY))
                .bytes();
        bytes[5] = ClusterMessage.BINARY;
        receive(bytes);
        assertThat(b.mesh.stats().malformed()).isEqualTo(1);
    }

    @Test
    void rubbishNeverGetsOutOfHand() {
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] rubbish = new byte[random.nextInt(60)];
            random.nextBytes(rubbish);
            if (rubbish.length > 5 && random.nextBoolean()) { // a header that holds, so that the body is read
                rubbish[0] = (byte) (2 + random.nextInt(8)); // no hello, which may end it all by its version
                Arrays.fill(rubbish, 1, 4, (byte) 0);
                rubbish[4] = (byte) (rubbish.length - 5);
            }
            assertThatCode(() -> receive(rubbish)).doesNotThrowAnyException();
        }
        b.subscribe("t");
        receive(event("still"));
        assertThat(b.inbox).contains("t still");
    }

    // Extras.

    private static byte[] broadcast(byte[] extras) {
        return new ClusterWriter(30)
                .u8(0)
                .rest(extras, 0, extras.length)
                .field(Texts.encode("t"))
                .field(Texts.encode("e"))
                .rest(new byte[] {'{', '}'}, 0, 2)
                .finish(ClusterMessage.Kind.BROADCAST.code);
    }

    @Test
    void extrasThatAreNotKnownArePassedOver() {
        List<String> positions = new ArrayList<>();
        b.pubsub()
                .subscribe(
                        "t",
                        SerialLoop.on(Runnable::run),
                        it -> positions.add(it.position().orElse("none")));
        receive(broadcast(new byte[] {13, 99, 0, 2, 3, 'x', ':', '1', 77, 2, 2, 9, 98, 0}));
        receive(broadcast(new byte[] {0}));
        assertThat(positions).containsExactly("x:1", "none");
        assertThat(b.mesh.stats().malformed()).isZero();
    }

    @Test
    void extrasThatLieAreCountedAndHurtNobody() {
        b.subscribe("t");
        List<byte[]> lies = List.of(
                new byte[] {1, 99}, // a tag without a length
                new byte[] {2, 99, 5}, // longer than the extras
                new byte[] {3, 1, 1, -1}, // an age that does not end
                new byte[] {2, 1, 0}, // an age that is empty
                new byte[] {100, 1, 1, 0}, // extras longer than the message
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0x7f},
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f},
                new byte[] {2, 2, 0}, // a position that is empty
                new byte[] {4, 2, 2, '1', '7'}); // one that is a number
        long expected = 0;
        for (byte[] lie : lies) {
            receive(broadcast(lie));
            assertThat(b.mesh.stats().malformed()).isEqualTo(++expected);
        }
        receive(broadcast(position(256)));
        assertThat(b.mesh.stats().malformed()).isEqualTo(expected + 1);
        assertThat(b.inbox).isEmpty();
        receive(broadcast(position(255)));
        assertThat(b.inbox).containsExactly("t e");
    }

    private static byte[] position(int bytes) {
        byte[] extra = new ClusterWriter(300).u8(2).field(new byte[bytes]).body();
        return new ClusterWriter(300).field(extra).body();
    }

    @Test
    void aMessageWithExtrasArrives() {
        List<String> heard = new ArrayList<>();
        b.pubsub().node().addHandler("k", (from, message) -> heard.add(from.name() + " " + message.length));
        receive(new ClusterWriter(30)
                .field(new byte[] {99, 1, 7})
                .field(Texts.encode("k"))
                .rest(new byte[5], 0, 5)
                .finish(ClusterMessage.Kind.MESSAGE.code));
        assertThat(heard).containsExactly("a@h 5");
    }

    @Test
    void aStartNumberThatIsNoneIsMalformed() {
        Net.Node c = net.node("c@h");
        c.start();
        net.sees(c, b);
        byte[] hello = new ClusterWriter(30)
                .u16(2)
                .u16(2)
                .field(Texts.encode("b@h"))
                .varint(1L << 53)
                .finish(ClusterMessage.Kind.HELLO.code);
        c.events().received(net.wire(c, b), hello, 0, hello.length);
        assertThat(c.mesh.stats().malformed()).isEqualTo(1);
        assertThat(c.mesh.nodes()).isEmpty();
    }

    @Test
    void aNodeOfTheFirstVersionIsLeftAlone() {
        Net.Node c = net.node("c@h");
        c.start();
        net.sees(c, b);
        byte[] hello = {1, 0, 0, 0, 8, 0, 1, 0, 1, 3, 'b', '@', 'h'};
        c.events().received(net.wire(c, b), hello, 0, hello.length);
        assertThat(c.mesh.nodes()).isEmpty();
        assertThat(c.mesh.stats().malformed()).isZero();
    }
}
