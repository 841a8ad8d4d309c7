package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.carry.CloseFrames;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int FIN = RawClient.FIN;
    private static final int MOST_FRAGMENTS = 50_000;

    private final Recorder reader = new Recorder(100_000);
    private final EmbeddedChannel channel = new EmbeddedChannel(reader);

    private static final class Recorder extends FrameReader {
        final List<String> heard = new ArrayList<>();
        final List<byte[]> contents = new ArrayList<>();

        boolean holdsAfterEach;

        Recorder(int limit) {
            super(WebSocketTerms.of(
                    WebSocketOptions.builder().maxFragments(MOST_FRAGMENTS).build(),
                    Limits.builder().maxMessageBytes(limit).build(),
                    reached -> {}));
        }

        @Override
        void messageReceived(boolean binary, byte[] bytes, int length) {
            heard.add((binary ? "binary " : "text ") + length);
            contents.add(Arrays.copyOf(bytes, length));
            if (holdsAfterEach) {
                hold();
            }
        }

        @Override
        void overflowed() {
            heard.add("overflowed");
        }

        @Override
        void pingReceived(byte[] content) {
            heard.add("ping " + new String(content, StandardCharsets.UTF_8));
        }

        @Override
        void closeReceived(byte[] content) {
            heard.add("close " + CloseFrames.answerTo(content));
        }

        @Override
        void violated(int code, String reason) {
            heard.add("violated " + code);
        }

        @Override
        public int due(int now) {
            return 0;
        }
    }

    private void receive(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void receive(String hex) {
        receive(HexFormat.of().parseHex(hex));
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 4096, 65_535, 65_536, 100_000})
    void aMessageOfAnyLengthIsUnmasked(int length) {
        byte[] content = random(length, length);
        receive(RawClient.frame(FIN | FrameWriter.BINARY, content));

        assertThat(reader.heard).containsExactly("binary " + length);
        assertThat(reader.contents.get(0)).isEqualTo(content);
    }

    @Test
    void itDoesNotMatterWhereTheNetworkCuts() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] first = random(300, 1);
        byte[] second = random(70_000, 2);
        stream.writeBytes(RawClient.frame(FIN | FrameWriter.TEXT, first));
        stream.writeBytes(RawClient.frame(FrameWriter.BINARY, Arrays.copyOf(second, 33_333)));
        stream.writeBytes(RawClient.frame(FIN | FrameWriter.PING, "mid".getBytes(StandardCharsets.UTF_8)));
        stream.writeBytes(RawClient.frame(FrameWriter.CONTINUATION, new byte[0]));
        stream.writeBytes(
                RawClient.frame(FIN | FrameWriter.CONTINUATION, Arrays.copyOfRange(second, 33_333, second.length)));
        stream.writeBytes(RawClient.frame(FIN | FrameWriter.TEXT, new byte[0]));
        byte[] all = stream.toByteArray();
        for (long seed = 0; seed < 200; seed++) {
            reader.heard.clear();
            reader.contents.clear();
            Random random = new Random(seed);
            int most = 1 << random.nextInt(15);
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(most));
                receive(Arrays.copyOfRange(all, at, end));
                at = end;
            }
            assertThat(reader.heard).containsExactly("text 300", "ping mid", "binary 70000", "text 0");
            assertThat(reader.contents.get(0)).isEqualTo(first);
            assertThat(reader.contents.get(1)).isEqualTo(second);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "810161, not masked",
        "c18100000000, reserved bit 1",
        "a18100000000, reserved bit 2",
        "918100000000, reserved bit 3",
        "838100000000, opcode 3",
        "878100000000, opcode 7",
        "8b8100000000, opcode 11",
        "8f8100000000, opcode 15",
        "098100000000, ping in fragments",
        "89fe007e00000000, ping over 125 bytes",
        "808100000000, stray continuation",
        "81fe007d00000000, length not in its shortest form",
        "81ff000000000000ffff00000000, length not in its shortest form",
        "81ffffffffffffffffff00000000, negative length"
    })
    void whatBreaksARuleIsRefusedByItsHeader(String hex, String why) {
        receive(hex);
        receive("818161616161" + "00");

        assertThat(reader.heard).as(why).containsExactly("violated 1002");
    }

    @Test
    void aNewMessageInsideFragmentsIsRefused() {
        receive(RawClient.frame(FrameWriter.TEXT, new byte[1]));
        receive(RawClient.frame(FIN | FrameWriter.TEXT, new byte[1]));

        assertThat(reader.heard).containsExactly("violated 1002");
    }

    @Test
    void aFrameOverTheLimitIsRefusedByItsHeader() {
        receive("82ff00000000000186a1" + "00000000"); // 100,001 bytes

        assertThat(reader.heard).containsExactly("violated 1009");
    }

    @Test
    void aFrameAtTheLimitIsWaitedFor() {
        receive("82ff00000000000186a0" + "00000000");

        assertThat(reader.heard).isEmpty();
    }

    @Test
    void fragmentsCountTogether() {
        receive(RawClient.frame(FrameWriter.BINARY, new byte[60_000]));
        receive("80fe9c41" + "00000000"); // 40,001 more

        assertThat(reader.heard).containsExactly("violated 1009");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1000", "03e8, 1000", "03e8627965, 1000", "03e9, 1000", "0bb8617070, 1000", "1387, 1000", "03f6, 1000",
        "03, 1002", "0000, 1002", "03e7, 1002", "03ec, 1002", "03ed, 1002", "03ee, 1002", "03f7, 1002",
        "1388, 1002", "0bb7, 1002", "ffff, 1002", "03e8ff, 1002"
    })
    void aCloseFrameIsAnswered(String content, int answer) {
        receive(RawClient.frame(FIN | FrameWriter.CLOSE, HexFormat.of().parseHex(content)));
        receive(RawClient.frame(FIN | FrameWriter.TEXT, new byte[1]));

        assertThat(reader.heard).containsExactly("close " + answer);
    }

    @Test
    void onceMessagesAreIgnoredOnlyControlFramesAreHeard() {
        receive(RawClient.frame(FrameWriter.TEXT, new byte[10]));
        reader.ignoreMessages();
        receive(RawClient.frame(FIN | FrameWriter.CONTINUATION, new byte[10]));
        receive(RawClient.frame(FIN | FrameWriter.BINARY, new byte[50_000]));
        receive(RawClient.frame(FIN | FrameWriter.PING, new byte[0]));
        receive(RawClient.frame(FIN | FrameWriter.CLOSE, new byte[0]));

        assertThat(reader.heard).containsExactly("ping ", "close 1000");
    }

    @Test
    void nothingIsKeptOfAnyRubbish() {
        for (long seed = 0; seed < 2_000; seed++) {
            Recorder victim = new Recorder(10_000);
            EmbeddedChannel wire = new EmbeddedChannel(victim);
            Random random = new Random(seed);
            for (int i = 0; i < 20; i++) {
                byte[] rubbish = new byte[1 + random.nextInt(400)];
                random.nextBytes(rubbish);
                if (random.nextBoolean()) {
                    rubbish = RawClient.frame(random.nextInt(256), rubbish);
                }
                wire.writeInbound(Unpooled.wrappedBuffer(rubbish));
            }
            assertThat(wire.finishAndReleaseAll()).isFalse();
            assertThat(wire.isActive()).isFalse();
        }
    }

    private static long allocatedHere() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void aMessageInTinyFragmentsIsNotCopiedAgainWithEachOfThem() {
        byte[] content = random(50_000, 5);
        ByteBuf fragments = Unpooled.buffer(8 * content.length);
        for (int i = 0; i < content.length; i++) {
            int first = (i == 0 ? FrameWriter.BINARY : FrameWriter.CONTINUATION) | (i == content.length - 1 ? FIN : 0);
            fragments.writeBytes(RawClient.frame(first, new byte[] {content[i]}));
        }
        long before = allocatedHere();
        channel.writeInbound(fragments);

        assertThat(allocatedHere() - before).isLessThan(1 << 20); // all copies together would be over a GB
        assertThat(reader.heard).containsExactly("binary 50000");
        assertThat(reader.contents.get(0)).isEqualTo(content);
    }

    @Test
    void aMessageInTooManyFragmentsIsRefusedHoweverEmptyTheyAre() {
        receive(RawClient.frame(FrameWriter.TEXT, new byte[0]));
        ByteBuf fragments = Unpooled.buffer();
        for (int i = 1; i < MOST_FRAGMENTS; i++) {
            fragments.writeBytes(RawClient.frame(FrameWriter.CONTINUATION, new byte[0]));
        }
        channel.writeInbound(fragments);
        assertThat(reader.heard).isEmpty();
        receive(RawClient.frame(FIN, new byte[0]));

        assertThat(reader.heard).containsExactly("violated 1008");
    }

    @Test
    void fragmentsAreCountedForEachMessage() {
        for (int i = 0; i < MOST_FRAGMENTS; i++) {
            receive(RawClient.frame(FrameWriter.TEXT, new byte[0]));
            receive(RawClient.frame(FIN, new byte[0]));
        }

        assertThat(reader.heard).hasSize(MOST_FRAGMENTS).containsOnly("text 0");
    }

    @Test
    void whatIsKeptOfAMessageInFragmentsIsNoLongerThanIt() {
        List<Integer> lengths = new ArrayList<>();
        FrameReader exact = new FrameReader(reader.terms()) {
            @Override
            void messageReceived(boolean binary, byte[] bytes, int length) {
                lengths.add(bytes.length);
            }

            @Override
            void pingReceived(byte[] content) {}

            @Override
            void closeReceived(byte[] content) {}

            @Override
            void violated(int code, String reason) {}

            @Override
            void overflowed() {}

            @Override
            public int due(int now) {
                return 0;
            }
        };
        EmbeddedChannel other = new EmbeddedChannel(exact);
        other.writeInbound(Unpooled.wrappedBuffer(
                RawClient.frame(FrameWriter.TEXT, new byte[5_000]), RawClient.frame(FIN, new byte[10])));

        assertThat(lengths).containsExactly(5_010);
    }

    @Test
    void whileItIsHeldNothingIsTakenApart() {
        reader.holdsAfterEach = true;
        byte[] one = RawClient.frame(FIN | FrameWriter.TEXT, new byte[1]);
        byte[] two = RawClient.frame(FIN | FrameWriter.TEXT, new byte[2]);
        channel.writeInbound(Unpooled.wrappedBuffer(one, two, Arrays.copyOf(two, 3)));
        receive(Arrays.copyOfRange(two, 3, two.length));
        assertThat(reader.heard).containsExactly("text 1");

        reader.letGo();
        reader.readHeld();
        assertThat(reader.heard).containsExactly("text 1", "text 2");
        reader.letGo();
        receive(one);
        assertThat(reader.heard).as("in order").containsExactly("text 1", "text 2", "text 2");
        reader.letGo();
        reader.readHeld();
        assertThat(reader.heard).containsExactly("text 1", "text 2", "text 2", "text 1");
        assertThat(reader.hasRest()).isFalse();
    }

    @Test
    void aFrameMayBeHeldInItsMiddle() {
        byte[] content = random(1_000, 3);
        byte[] frame = RawClient.frame(FIN | FrameWriter.BINARY, content);
        receive(Arrays.copyOf(frame, 500));
        reader.hold();
        receive(Arrays.copyOfRange(frame, 500, 800));
        receive(Arrays.copyOfRange(frame, 800, frame.length));
        assertThat(reader.heard).isEmpty();
        reader.letGo();
        reader.readHeld();

        assertThat(reader.contents.get(0)).isEqualTo(content);
    }

    @Test
    void noMoreIsHeldThanAFewReadsBring() {
        reader.hold();
        for (int i = 0; i < 4; i++) {
            receive(new byte[64 << 10]);
        }
        assertThat(reader.heard).isEmpty();
        receive(new byte[1]);

        assertThat(reader.heard).containsExactly("overflowed");
    }
}
