package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTest {
    private static final int FIN = RawClient.FIN;
    private static final int COMPRESSED = DeflatingConnection.COMPRESSED;
    private static final int LIMIT = 400_000;
    private static final String JOIN = "[\"1\",\"1\",\"load:a\",\"phx_join\",{}]";

    private final TestServer test = TestServer.start(
            Limits.builder().maxMessageBytes(LIMIT).build(),
            WebSocketOptions.builder().compress());
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private Inflater inflater = new Inflater(true);

    @AfterEach
    void stop() {
        test.close();
        deflater.end();
        inflater.end();
    }

    private RawClient connect(String offer) {
        RawClient client = test.client();
        assertThat(client.upgrade(TestServer.TARGET, "Sec-WebSocket-Extensions: " + offer)
                        .headers())
                .containsKey("sec-websocket-extensions");
        return client;
    }

    private RawClient connect() {
        return connect("permessage-deflate");
    }

    private byte[] deflated(String text) {
        return deflated(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] deflated(byte[] content) {
        byte[] room = new byte[content.length + 1000];
        deflater.setInput(content);
        int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(room, length - 4);
    }

    private RawClient say(RawClient client, String text) {
        client.send(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, deflated(text)));
        return client;
    }

    private String read(RawClient client) {
        RawClient.WsFrame frame = client.read();
        assertThat(frame.first()).isEqualTo(FIN | COMPRESSED | FrameWriter.TEXT);
        return inflated(frame.content());
    }

    private String inflated(byte[] content) {
        byte[] input = Arrays.copyOf(content, content.length + 4);
        input[content.length + 2] = (byte) 0xFF;
        input[content.length + 3] = (byte) 0xFF;
        inflater.setInput(input);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
                text.write(buffer, 0, n);
            }
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static String echo(String content) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + content + "\"}]";
    }

    private static String random(Random random, int length) {
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=11; client_max_window_bits=15",
            })
    void messagesOfAllSizesGoBothWays(String offer) {
        Random random = new Random(7);
        try (RawClient client = connect(offer)) {
            read(say(client, JOIN));
            for (int length : new int[] {0, 1, 100, 255, 256, 257, 5_000, 40_000, 200_000}) {
                String content = random(random, length);

                String answer = read(say(client, echo(content)));

                assertThat(answer).contains("{\"s\":\"" + content + "\"}");
            }
        }
    }

    @Test
    void aMessageThatComesAgainIsMuchShorter() {
        String content = random(new Random(1), 1000);
        try (RawClient client = connect()) {
            read(say(client, JOIN));
            RawClient.WsFrame first = say(client, echo(content)).read();
            RawClient.WsFrame second = say(client, echo(content)).read();

            assertThat(first.content().length).isGreaterThan(600);
            assertThat(second.content().length).isLessThan(50);
            assertThat(inflated(first.content()) + inflated(second.content())).contains(content);
        }
    }

    @Test
    void withoutTakeoverEachMessageStandsAlone() {
        String content = random(new Random(1), 1000);
        try (RawClient client = connect("permessage-deflate; server_no_context_takeover; client_no_context_takeover")) {
            for (int i = 0; i < 3; i++) {
                deflater.reset();
                say(client, i == 0 ? JOIN : echo(content));
                String answer = read(client);
                inflater.end();
                inflater = new Inflater(true);
                assertThat(answer).contains(i == 0 ? "ok" : content);
            }
        }
    }

    @Test
    void withASmallWindowNothingFurtherBackIsReferredTo() {
        String content = random(new Random(3), 300);
        try (RawClient client = connect("permessage-deflate; server_max_window_bits=8")) {
            say(client, JOIN).read();
            int alone = say(client, echo(content)).read().content().length;
            int fourTimes = say(client, echo(content.repeat(4))).read().content().length;

            assertThat(fourTimes).isGreaterThan(3 * alone);
        }
    }

    @Test
    void aBroadcastReachesClientsOfEveryKind() {
        try (RawClient takeover = connect();
                RawClient alone = connect("permessage-deflate; server_no_context_takeover");
                RawClient plain = test.joined()) {
            takeover.text(JOIN);
            alone.text(JOIN);
            read(takeover);
            inflater.reset();
            read(alone);
            plain.text("[\"1\",\"2\",\"load:a\",\"pub\",{\"n\":1}]");
            plain.text("[\"1\",\"2\",\"load:a\",\"pub\",{\"n\":2}]");

            for (int n = 1; n <= 2; n++) {
                String expected = "[null,null,\"load:a\",\"msg\",{\"n\":" + n + "}]";
                assertThat(plain.read().text()).isEqualTo(expected);
                inflater.reset();
                assertThat(read(alone)).isEqualTo(expected);
                assertThat(takeover.read().first()).isEqualTo(FIN | COMPRESSED | FrameWriter.TEXT);
            }
        }
    }

    @Test
    void aMessageInFragmentsIsMarkedOnItsFirst() {
        byte[] join = deflated(JOIN);
        try (RawClient client = connect()) {
            client.send(RawClient.frame(COMPRESSED | FrameWriter.TEXT, Arrays.copyOf(join, 5)));
            client.frame(FIN | FrameWriter.PING, "");
            client.send(RawClient.frame(FIN, Arrays.copyOfRange(join, 5, join.length)));

            assertThat(client.read().first()).isEqualTo(FIN | FrameWriter.PONG);
            assertThat(read(client)).contains("ok");
            assertThat(read(client.text(echo("plain")))).contains("plain");
        }
    }

    @Test
    void aStreamMayEndWithAMessage() {
        deflater.setInput(JOIN.getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        byte[] room = new byte[1000];
        int length = deflater.deflate(room);
        deflater.reset();
        byte[] next = deflated(echo("next"));
        try (RawClient client = connect()) {
            client.send(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, Arrays.copyOf(room, length + 1)));
            assertThat(read(client)).contains("ok");
            client.send(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, next));
            assertThat(read(client)).contains("next");
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                COMPRESSED | FrameWriter.PING,
                COMPRESSED | FrameWriter.CLOSE,
                COMPRESSED,
                0x20 | FrameWriter.TEXT,
                0x60 | FrameWriter.TEXT
            })
    void noOtherFrameMayBeMarked(int first) {
        try (RawClient client = connect()) {
            client.frame(FIN | first, "");
            assertThat(client.readToClose()).isEqualTo(CloseCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void withoutAnAgreementNoFrameMayBeMarked() {
        try (RawClient client = test.joined()) {
            say(client, JOIN);
            assertThat(client.readToClose()).isEqualTo(CloseCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void whatCannotBeInflatedIsRefused() {
        try (RawClient client = connect()) {
            client.frame(FIN | COMPRESSED | FrameWriter.TEXT, "ffffffff");
            assertThat(client.readToClose()).isEqualTo(CloseCode.INVALID_TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {70_000, LIMIT + 1, 300_000_000})
    void aBombDoesNotGoOff(int bytes) {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        byte[] spaces = new byte[Math.min(bytes, 1_000_000)];
        Arrays.fill(spaces, (byte) ' ');
        for (int sent = 0; sent < bytes; sent += spaces.length) {
            bomb.writeBytes(deflated(spaces));
            bomb.writeBytes(new byte[] {0, 0, (byte) 0xFF, (byte) 0xFF});
        }
        try (RawClient client = connect()) {
            client.send(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, bomb.toByteArray()));
            assertThat(client.readToClose()).isEqualTo(CloseCode.TOO_BIG);
        }
        assertThat(test.answers()).isTrue();
    }

    @Test
    void manySmallBombsInOneReadAreOne() {
        ByteArrayOutputStream bombs = new ByteArrayOutputStream();
        byte[] spaces = new byte[60_000];
        Arrays.fill(spaces, (byte) ' ');
        for (int i = 0; i < 100; i++) {
            bombs.writeBytes(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, deflated(spaces)));
        }
        try (RawClient client = connect()) {
            client.send(bombs.toByteArray());
            assertThat(client.readToClose()).isEqualTo(CloseCode.TOO_BIG);
        }
    }

    @Test
    void manyMessagesThatResembleEachOtherAreNoBomb() {
        String content = random(new Random(1), 3_000);
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        messages.writeBytes(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, deflated(JOIN)));
        for (int i = 0; i < 100; i++) {
            messages.writeBytes(RawClient.frame(FIN | COMPRESSED | FrameWriter.TEXT, deflated(echo(content))));
        }
        assertThat(messages.size()).isLessThan(10_000);
        try (RawClient client = connect()) {
            client.send(messages.toByteArray());
            read(client);
            for (int i = 0; i < 100; i++) {
                assertThat(read(client)).contains(content);
            }
        }
    }

    @Test
    void whatInflatesTooFarIsRefusedEvenIfItShrankLittle() {
        try (RawClient client = connect()) {
            say(client, echo(random(new Random(5), LIMIT)));
            assertThat(client.readToClose()).isEqualTo(CloseCode.TOO_BIG);
        }
    }

    @Test
    void damagedMessagesHurtNobodyElse() {
        try (RawClient bystander = test.joined()) {
            for (long seed = 0; seed < 200; seed++) {
                Random random = new Random(seed);
                deflater.reset();
                try (RawClient client = connect(
                        random.nextBoolean()
                                ? "permessage-deflate"
                                : "permessage-deflate; client_no_context_takeover")) {
                    for (int i = 0; i < 10; i++) {
                        byte[] message = deflated(i == 0 ? JOIN : echo(random(random, random.nextInt(300))));
                        for (int damage = random.nextInt(4); damage > 0; damage--) {
                            message[random.nextInt(message.length)] = (byte) random.nextInt();
                        }
                        client.send(RawClient.frame(FIN | COMPRESSED | 1 + random.nextInt(2), message));
                    }
                } catch (UncheckedIOException e) {
                    assertThat(e).hasMessageMatching(".*(Broken pipe|Connection reset).*"); // it was thrown out
                }
            }
            assertThat(bystander.text(echo("1")).read().text()).contains("phx_reply");
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isEqualTo(1));
        }
    }
}
