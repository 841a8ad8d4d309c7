package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretCertificateTest {
    static KeyPair keys(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    @Test
    void theJdkReadsWhatIsMade() throws GeneralSecurityException {
        KeyPair keys = keys("secp256r1");

        X509Certificate certificate = SecretCertificate.make("node", keys);

        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=node");
        assertThat(certificate.getIssuerX500Principal().getName()).isEqualTo("CN=node");
        assertThat(certificate.getSerialNumber()).isOne();
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getNotBefore()).isEqualTo("2000-01-01T00:00:00Z");
        certificate.checkValidity(Date.from(Instant.parse("2999-01-01T00:00:00Z")));
        certificate.verify(keys.getPublic());
    }

    /** DER writes lengths in one, two or three bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 30, 64, 110, 120, 127, 128, 200, 300, 3_000})
    void namesOfAllLengthsAreTaken(int length) throws GeneralSecurityException {
        KeyPair keys = keys("secp256r1");

        X509Certificate certificate = SecretCertificate.make("n".repeat(length), keys);

        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + "n".repeat(length));
        certificate.verify(keys.getPublic());
    }
}
