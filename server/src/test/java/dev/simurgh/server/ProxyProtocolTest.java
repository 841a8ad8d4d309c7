package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.pem.PemFiles;
import dev.simurgh.transport.ServerLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {
    private static final String TARGET = "/info_socket/acme/websocket?vsn=2.0.0";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    /** Version 2, from 203.0.113.9:4660 to 127.0.0.1:80. */
    private static final String VERSION_2 = SIGNATURE + "2111000ccb0071097f00000112340050";

    private TestServer test = TestServer.start(server -> server.proxyProtocol("127.0.0.0/8")
            .limits(ServerLimits.builder()
                    .handshakeTimeout(Duration.ofMillis(500))
                    .build()));

    @AfterEach
    void stop() {
        test.close();
    }

    private void restart(String networks) {
        test.close();
        test = TestServer.start(server -> networks.isEmpty() ? server : server.proxyProtocol(networks.split(" ")));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String peer() {
        return String.valueOf(test.asked.remove().info().peer().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.9 127.0.0.1 4660 80, /203.0.113.9:4660",
        "PROXY TCP6 2001:db8::9 ::1 4660 80, '/[2001:db8:0:0:0:0:0:9]:4660'"
    })
    void thePeerIsWhomTheProxySpeaksFor(String header, String peer) {
        try (RawClient client = test.client()) {
            client.send(ascii(header + "\r\n"));
            assertThat(client.upgrade(TARGET).status()).isEqualTo(101);
            assertThat(peer()).isEqualTo(peer);
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {VERSION_2, SIGNATURE + "21110010cb0071097f0000011234005004000100"})
    void versionTwoIsSpokenWithAndWithoutExtras(String header) {
        try (RawClient client = test.client()) {
            client.send(HexFormat.of().parseHex(header));
            assertThat(client.upgrade(TARGET).status()).isEqualTo(101);
            assertThat(peer()).isEqualTo("/203.0.113.9:4660");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"50524f585920554e4b4e4f574e0d0a", SIGNATURE + "20000000"})
    void aProxyMaySpeakForItself(String header) {
        try (RawClient client = test.client()) {
            client.send(HexFormat.of().parseHex(header));
            assertThat(client.upgrade(TARGET).status()).isEqualTo(101);
            assertThat(peer()).startsWith("/127.0.0.1:");
        }
    }

    @Test
    void theHeaderMayComeInAnyPieces() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(HexFormat.of().parseHex(VERSION_2));
        all.writeBytes(ascii(RawClient.upgradeRequest(TARGET)));
        for (int size : new int[] {1, 7, 1000}) {
            try (RawClient client = test.client()) {
                byte[] bytes = all.toByteArray();
                for (int from = 0; from < bytes.length; from += size) {
                    client.send(Arrays.copyOfRange(bytes, from, Math.min(from + size, bytes.length)));
                }
                assertThat(client.answer(false).status()).isEqualTo(101);
                assertThat(peer()).isEqualTo("/203.0.113.9:4660");
            }
        }
    }

    @Test
    void itComesBeforeTls(@TempDir Path directory) throws IOException {
        PemFiles pair = PemFiles.make(directory, "pair", "EC");
        test.close();
        test = TestServer.start(
                server -> server.proxyProtocol("127.0.0.1").tls(TlsOptions.of(pair.chain(), pair.key())));
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), test.server.port())) {
            plain.getOutputStream().write(ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4660 80\r\n"));
            try (Socket secure = TlsTest.sockets().createSocket(plain, "localhost", test.server.port(), true)) {
                secure.getOutputStream().write(ascii(RawClient.upgradeRequest(TARGET)));
                assertThat(secure.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 101");
                assertThat(peer()).isEqualTo("/203.0.113.9:4660");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                "PROXY TCP4 nobody 127.0.0.1 1 2\r\n",
                "PROXY TCP4 203.0.113.9 127.0.0.1 99999 80\r\n",
                "PROXY TCP4 203.0.113.9\r\n",
                "PROXY",
                ""
            })
    void aTrustedProxyWithoutAGoodHeaderIsCut(String text) {
        try (RawClient client = test.client()) {
            client.send(ascii(text));
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aHeaderWithoutEndIsCut() {
        for (String start : new String[] {"PROXY TCP4 " + "1".repeat(3000), "PROXY UNKNOWN " + "x".repeat(3000)}) {
            try (RawClient client = test.client()) {
                client.send(ascii(start));
                assertThat(client.ended()).isTrue();
            }
        }
        try (RawClient client = test.client()) {
            client.send(HexFormat.of().parseHex(SIGNATURE + "2111ffff"));
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/8 fd00::/8"})
    void nobodyElseMaySpeakForOthers(String trusted) {
        restart(trusted);
        try (RawClient client = test.client()) {
            client.send(ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4660 80\r\n"));
            assertThat(client.upgrade(TARGET).status()).isEqualTo(400);
        }
        assertThat(test.asked).isEmpty();
        assertThat(test.answers()).isTrue();
    }

    @Test
    void aNetworkThatIsNoneIsRefused() {
        assertThatThrownBy(() -> restart("example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("example.com");
        test = TestServer.start();
    }

    @Test
    void rubbishIsCut() {
        byte[] good = HexFormat.of().parseHex(VERSION_2 + "474554202f20485454502f312e310d0a0d0a");
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] bytes = random.nextBoolean() ? good.clone() : new byte[1 + random.nextInt(300)];
            if (bytes.length != good.length) {
                random.nextBytes(bytes);
            }
            for (int damage = 1 + random.nextInt(4); damage > 0; damage--) {
                bytes[random.nextInt(Math.min(bytes.length, 28))] = (byte) random.nextInt();
            }
            try (RawClient client = test.client()) {
                client.send(bytes);
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageMatching(".*(Broken pipe|Connection reset).*");
            }
        }
        try (RawClient client = test.client()) {
            client.send(HexFormat.of().parseHex(VERSION_2));
            assertThat(client.get("/health").status()).isEqualTo(200);
        }
    }
}
