package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTlsTest {
    private static Issuer issuer;
    private static Issuer otherIssuer;
    private static Issuer.Pem first;
    private static Issuer.Pem second;
    private static Issuer.Pem foreign;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeCertificates(@TempDir Path directory) {
        issuer = new Issuer(directory, "issuer");
        otherIssuer = new Issuer(directory, "other-issuer");
        first = issuer.issue("first", "EC");
        second = issuer.issue("second", "RSA");
        foreign = otherIssuer.issue("foreign", "EC");
    }

    private static ClusterTls tls(Issuer.Pem pem, Issuer trusted) {
        return ClusterTls.of(pem.chain(), pem.key(), trusted.certificate());
    }

    @Test
    void whoHasACertificateOfTheIssuerIsLetIn() {
        try (SocketsRig rig = new SocketsRig(tls(first, issuer))) {
            assertThat(rig.lets(tls(second, issuer))).isTrue();
            assertThat(rig.lets(tls(first, issuer))).isTrue();
        }
        try (SocketsRig rig = new SocketsRig(tls(second, issuer))) {
            assertThat(rig.lets(tls(first, issuer))).isTrue();
        }
    }

    @Test
    void whoHasNoneOrOneOfAnotherIssuerIsNot() throws IOException {
        Path both = Files.writeString(
                directory.resolve("both.crt"),
                Files.readString(issuer.certificate()) + Files.readString(otherIssuer.certificate()));
        ClusterTls trustsBoth = ClusterTls.of(foreign.chain(), foreign.key(), both);
        try (SocketsRig rig = new SocketsRig(tls(first, issuer))) {
            assertThat(rig.lets(trustsBoth)).isFalse();
            assertThat(rig.lets(tls(foreign, otherIssuer))).isFalse();
            assertThat(rig.lets(ClusterTls.secret("0123456789abcdef0123456789abcdef")))
                    .isFalse();
            assertThat(rig.lets((ClusterTls) null)).isFalse();
        }
        try (SocketsRig rig = new SocketsRig(trustsBoth)) {
            assertThat(rig.lets(tls(first, issuer))).as("refuses the server").isFalse();
            assertThat(rig.lets(trustsBoth)).isTrue();
        }
    }

    @Test
    void theCertificateOfAnotherNodeIsOfNoUseWithoutItsKey() {
        assertThatThrownBy(() -> ClusterTls.of(first.chain(), foreign.key(), issuer.certificate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: the certificate of " + foreign.key() + " as the first)");
    }

    @Test
    void whatHasExpiredIsRefused(@TempDir Path old) {
        Issuer.Pem expired = issuer.issueExpired("expired");
        try (SocketsRig rig = new SocketsRig(tls(first, issuer))) {
            assertThat(rig.lets(tls(expired, issuer))).isFalse();
        }
        try (SocketsRig rig = new SocketsRig(tls(expired, issuer))) {
            assertThat(rig.lets(tls(first, issuer))).isFalse();
        }
    }

    @Test
    void olderTlsIsRefusedWhateverTheContextSays() throws IOException {
        SSLContext context = tls(first, issuer).context();
        try (SocketsRig rig = new SocketsRig(ClusterTls.of(context));
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThat(rig.lets(socket)).isFalse();
            assertThat(rig.lets(ClusterTls.of(context))).isTrue();
        }
    }

    @Test
    void renewedFilesAreForNewConnections() throws IOException {
        Path chain = Files.copy(first.chain(), directory.resolve("chain.pem"));
        Path key = Files.copy(first.key(), directory.resolve("key.pem"));
        Path trusted = Files.copy(issuer.certificate(), directory.resolve("trusted.pem"));
        ClusterTls tls = ClusterTls.of(chain, key, trusted);
        assertThat(tls.context()).isSameAs(tls.context());
        try (SocketsRig rig = new SocketsRig(tls)) {
            assertThat(rig.lets(tls(second, issuer))).isTrue();

            replace(foreign.chain(), chain, 1);
            assertThat(rig.lets(tls(second, issuer))).as("no pair yet").isTrue();
            Files.delete(key);
            assertThat(rig.lets(tls(second, issuer))).as("no key").isTrue();
            replace(foreign.key(), key, 2);
            replace(otherIssuer.certificate(), trusted, 3);

            assertThat(rig.lets(tls(second, issuer))).isFalse();
            assertThat(rig.lets(tls(foreign, otherIssuer))).isTrue();
        }
    }

    private static void replace(Path from, Path to, int time) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to, FileTime.from(Instant.ofEpochSecond(time)));
    }

    @Test
    void filesThatCannotBeUsedAreTold() throws IOException {
        Path none = directory.resolve("none.pem");
        Path rubbish = Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
        Path locked = Files.writeString(
                directory.resolve("locked.pem"),
                Files.readString(first.key()).replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        String form =
                "(expected: PKCS #8 in PEM form without a password; convert it with openssl pkcs8 -topk8 -nocrypt)";

        assertRefused(none, first.key(), issuer.certificate(), "certificate chain: " + none + " (expected: a file");
        assertRefused(first.chain(), none, issuer.certificate(), "key: " + none + " (expected: a file that");
        assertRefused(first.chain(), first.key(), none, "trusted certificates: " + none + " (expected: a file");
        assertRefused(rubbish, first.key(), issuer.certificate(), rubbish + " (expected: certificates in PEM form)");
        assertRefused(first.chain(), first.key(), rubbish, rubbish + " (expected: certificates in PEM form)");
        assertRefused(first.chain(), rubbish, issuer.certificate(), rubbish + " " + form);
        assertRefused(first.chain(), locked, issuer.certificate(), locked + " " + form);
        assertRefused(first.chain(), second.key(), issuer.certificate(), "for the certificate in " + first.chain());
    }

    private static void assertRefused(Path chain, Path key, Path trusted, String message) {
        assertThatThrownBy(() -> ClusterTls.of(chain, key, trusted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
