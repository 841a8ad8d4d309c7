package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Limits;
import dev.simurgh.pem.PemFiles;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    private static PemFiles first;
    private static PemFiles second;

    @TempDir
    private Path directory;

    private PemFiles served;

    @BeforeAll
    static void makePairs(@TempDir Path directory) {
        first = PemFiles.make(directory, "first", "EC");
        second = PemFiles.make(directory, "second", "RSA");
    }

    @BeforeEach
    void serveTheFirst() {
        served = new PemFiles(directory.resolve("chain.pem"), directory.resolve("key.pem"));
        PemFiles.copy(first.chain(), served.chain());
        PemFiles.copy(first.key(), served.key());
    }

    private TestServer start(UnaryOperator<ServerBuilder> options) {
        return start(Limits.defaults(), options);
    }

    private TestServer start(Limits limits, UnaryOperator<ServerBuilder> options) {
        return TestServer.start(
                limits,
                server -> options.apply(server.tls(TlsOptions.builder(served.chain(), served.key())
                        .checkInterval(Duration.ofHours(1))
                        .build())));
    }

    private TestServer start() {
        return start(UnaryOperator.identity());
    }

    /** What a client needs that trusts everybody. */
    static SSLSocketFactory sockets() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustEverybody()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static SSLSocket socket(String... versions) {
        try {
            SSLSocket socket = (SSLSocket) sockets().createSocket();
            if (versions.length > 0) {
                socket.setEnabledProtocols(versions);
            }
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawClient client(TestServer test, String... versions) {
        return new RawClient(socket(versions), test.server.port(), 0);
    }

    private static RawClient joined(TestServer test) {
        RawClient client = client(test);
        assertThat(client.upgrade(TestServer.TARGET).status()).isEqualTo(101);
        return TestServer.join(client);
    }

    /** The name in the certificate that a new connection gets. */
    private static String certificate(TestServer test) {
        SSLSocket socket = socket();
        try (RawClient client = new RawClient(socket, test.server.port(), 0)) {
            assertThat(client.get("/health").status()).isEqualTo(200);
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aClientThatStandsStillIsGoneThoughWhatWaitsIsEncrypted() {
        Limits limits = Limits.builder().maxQueueBytes(64 << 20).build();
        try (TestServer test = start(
                        limits,
                        server -> server.webSocket(WebSocketOptions.builder()
                                .slowTimeout(Duration.ofMillis(500))
                                .closeTimeout(Duration.ofMillis(300))
                                .build()));
                RawClient client = joined(test)) {
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":5000,\"bytes\":4000}]");

            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isZero());
        }
    }

    private static String echo(int length) {
        return "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + "x".repeat(length) + "\"}]";
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsCarryRequestsAndMessages(String version) {
        try (TestServer test = start();
                RawClient client = client(test, version)) {
            assertThat(test.server.uri()).hasScheme("https");
            assertThat(client.get("/health").status()).isEqualTo(200);
            String twice = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
            assertThat(client.request(twice + twice).status()).isEqualTo(200);
            assertThat(client.answer(false).status()).isEqualTo(200);
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            for (int length : new int[] {10, 9_000, 70_000, 1_000_000}) {
                assertThat(client.text(echo(length)).read().text()).contains("x".repeat(length));
            }
            for (int i = 0; i < 100; i++) {
                client.text("[\"1\",\"2\",\"load:a\",\"pub\",{\"n\":" + i + "}]");
            }
            for (int i = 0; i < 100; i++) {
                assertThat(client.read().text()).contains("{\"n\":" + i + "}");
            }
            assertThat(client.close(CloseCode.NORMAL).readToClose()).isEqualTo(CloseCode.NORMAL);
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoTransport.class,
            names = {"EPOLL", "NIO"})
    void bothTransportsCarryIt(IoTransport transport) {
        try (TestServer test = start(server -> server.transport(transport));
                RawClient client = joined(test)) {
            assertThat(client.text(echo(100_000)).read().text()).contains("phx_reply");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519"})
    void otherKindsOfKeysAreTaken(String algorithm) {
        PemFiles pair = PemFiles.make(directory, "other", algorithm);
        try (TestServer test = TestServer.start(server -> server.tls(TlsOptions.of(pair.chain(), pair.key())))) {
            assertThat(certificate(test)).isEqualTo("CN=other");
        }
    }

    @Test
    void aRenewedCertificateIsForNewConnections() {
        try (TestServer test = start();
                RawClient before = joined(test)) {
            assertThat(test.server.reloadCertificate()).as("unchanged").isTrue();
            PemFiles.copy(second.chain(), served.chain());
            PemFiles.copy(second.key(), served.key());
            assertThat(certificate(test)).isEqualTo("CN=first");

            assertThat(test.server.reloadCertificate()).isTrue();

            assertThat(certificate(test)).isEqualTo("CN=second");
            assertThat(before.text(echo(10)).read().text()).contains("phx_reply");
        }
    }

    @Test
    void aRenewedCertificateIsFound() {
        TlsOptions options = TlsOptions.builder(served.chain(), served.key())
                .checkInterval(Duration.ofMillis(20))
                .build();
        try (TestServer test = TestServer.start(server -> server.tls(options))) {
            PemFiles.copy(second.chain(), served.chain());
            PemFiles.copy(second.key(), served.key());
            await().untilAsserted(() -> assertThat(certificate(test)).isEqualTo("CN=second"));
        }
    }

    @Test
    void aBrokenPairChangesNothing() throws IOException {
        try (TestServer test = start()) {
            PemFiles.copy(second.chain(), served.chain());
            assertThat(test.server.reloadCertificate()).as("no pair").isFalse();
            assertThat(test.server.reloadCertificate()).as("still none").isFalse();
            Files.writeString(served.key(), "rubbish");
            assertThat(test.server.reloadCertificate()).as("no key").isFalse();
            Files.delete(served.key());
            assertThat(test.server.reloadCertificate()).as("no file").isFalse();
            assertThat(certificate(test)).isEqualTo("CN=first");

            PemFiles.copy(second.key(), served.key());
            assertThat(test.server.reloadCertificate()).isTrue();
            assertThat(certificate(test)).isEqualTo("CN=second");
        }
    }

    @Test
    void withoutACertificateThereIsNothingToReload() {
        try (TestServer test = TestServer.start()) {
            assertThatThrownBy(test.server::reloadCertificate)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tls(TlsOptions)");
        }
    }

    @Test
    void aPairThatCannotBeUsedIsToldAtTheStart() throws IOException {
        Path none = directory.resolve("none.pem");
        Path rubbish = Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
        Path old = Files.writeString(
                directory.resolve("old.pem"),
                Files.readString(second.key()).replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"));

        assertRefused(none, first.key(), none + " (expected: a file that this process may read)");
        assertRefused(first.chain(), none, none + " (expected: a file that this process may read)");
        assertRefused(rubbish, first.key(), rubbish + " (expected: certificates in PEM form)");
        assertRefused(first.chain(), rubbish, rubbish + " (expected: PKCS #8");
        assertRefused(second.chain(), old, "openssl pkcs8 -topk8 -nocrypt");
        assertRefused(first.chain(), second.key(), "for the certificate in " + first.chain());
        PemFiles other = PemFiles.make(directory, "other", "EC");
        assertRefused(first.chain(), other.key(), "(expected: the certificate of " + other.key());
    }

    private void assertRefused(Path chain, Path key, String message) {
        assertThatThrownBy(() -> TestServer.start(server -> server.tls(TlsOptions.of(chain, key))))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatDoesNotFinishTheHandshakeIsCut(boolean begins) {
        try (TestServer test = start(server -> server.limits(ServerLimits.builder()
                        .handshakeTimeout(Duration.ofMillis(300))
                        .build()));
                RawClient client = test.client()) {
            if (begins) {
                client.send(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
            }
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void plainTextAndRubbishHurtNobodyElse() {
        try (TestServer test = start();
                RawClient bystander = joined(test)) {
            for (long seed = 0; seed < 100; seed++) {
                Random random = new Random(seed);
                byte[] rubbish = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(rubbish);
                rubbish[0] = random.nextBoolean() ? 0x16 : rubbish[0];
                try (RawClient client = test.client()) {
                    client.send(seed == 0 ? "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII) : rubbish);
                } catch (UncheckedIOException e) {
                    assertThat(e).hasMessageMatching(".*(Broken pipe|Connection reset).*");
                }
            }
            assertThat(bystander.text(echo(1)).read().text()).contains("phx_reply");
        }
    }

    @Test
    void aClientThatBreaksTheProtocolIsToldAndLetGo() {
        try (TestServer test = start();
                RawClient client = joined(test)) {
            client.frame(0xF1, "00");
            assertThat(client.readToClose()).isEqualTo(CloseCode.PROTOCOL_ERROR);
            assertThat(client.ended()).isTrue();
            await().untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isZero());
        }
    }

    @Test
    void aClientThatDoesNotReadIsClosedBehindWhatIsEncryptedAlready() {
        WebSocketOptions patient =
                WebSocketOptions.builder().closeTimeout(Duration.ofSeconds(30)).build();
        try (TestServer test = start(server -> server.webSocket(patient));
                RawClient client = new RawClient(socket(), test.server.port(), 64 << 10)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":5000,\"bytes\":4000}]");

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(test.endpoint.connectionCount()).isZero());
            assertThat(client.readToClose()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        }
    }

    @Test
    void aClientThatNeverReadsIsCut() {
        WebSocketOptions options =
                WebSocketOptions.builder().closeTimeout(Duration.ofMillis(200)).build();
        try (TestServer test = start(server -> server.webSocket(options));
                RawClient client = new RawClient(socket(), test.server.port(), 8192)) {
            client.upgrade(TestServer.TARGET);
            TestServer.join(client);
            client.text("[\"1\",\"2\",\"load:a\",\"flood\",{\"frames\":5000,\"bytes\":4000}]");

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    client.frame(RawClient.FIN | RawClient.PING, "");
                    return false;
                } catch (UncheckedIOException e) {
                    return true;
                }
            });
        }
    }

    /** What certificate it is the tests ask for themselves. */
    private static final class TrustEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
