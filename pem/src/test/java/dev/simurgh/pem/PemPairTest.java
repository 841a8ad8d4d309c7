package dev.simurgh.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemPairTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void aCertificateAndItsKeyAreRead(String algorithm) {
        PemFiles files = PemFiles.make(directory, "server", algorithm);
        PemPair.Identity identity = PemPair.read(files.chain(), files.key()).identity();
        assertThat(identity.chain())
                .singleElement()
                .satisfies(certificate -> assertThat(
                                certificate.getSubjectX500Principal().getName())
                        .isEqualTo("CN=server"));
        assertThat(identity.key().getEncoded()).isNotEmpty();
    }

    @Test
    void whatWasReadIsComparedByItsBytes() throws IOException {
        PemFiles files = PemFiles.make(directory, "server", "EC");
        PemPair before = PemPair.read(files.chain(), files.key());
        assertThat(PemPair.read(files.chain(), files.key()).sameAs(before)).isTrue();
        Files.writeString(files.key(), "\n" + Files.readString(files.key()));
        assertThat(PemPair.read(files.chain(), files.key()).sameAs(before)).isFalse();
    }

    @Test
    void anErrorNamesTheFileAndTheRule() throws IOException {
        PemFiles files = PemFiles.make(directory, "server", "EC");
        PemFiles other = PemFiles.make(directory, "other", "EC");
        Path none = directory.resolve("none.pem");
        Path rubbish = Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
        Path encrypted = Files.writeString(
                directory.resolve("encrypted.key"),
                Files.readString(files.key()).replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        refused(none, files.key(), "certificate chain: " + none + " (expected: a file that this process may read)");
        refused(files.chain(), none, "key: " + none + " (expected: a file that this process may read)");
        refused(rubbish, files.key(), "certificate chain: " + rubbish + " (expected: certificates in PEM form)");
        refused(files.chain(), rubbish, "key: " + rubbish + " (expected: PKCS #8 in PEM form without a password");
        refused(files.chain(), encrypted, "key: " + encrypted + " (expected: PKCS #8 in PEM form without a password");
        refused(files.chain(), other.key(), "(expected: the certificate of " + other.key() + " as the first)");
    }

    private static void refused(Path chain, Path key, String message) {
        assertThatThrownBy(() -> PemPair.read(chain, key).identity())
                .isInstanceOf(PemException.class)
                .hasMessageContaining(message);
    }
}
