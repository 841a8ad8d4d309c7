package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SecretTlsTest {
    private static final String SECRET = "correct horse battery staple, and then some";
    private static final String OTHER = SECRET.replace('c', 'C');

    private final SecretTls secret = new SecretTls(SECRET);
    private final SocketsRig rig = new SocketsRig(ClusterTls.secret(SECRET));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void whoKnowsTheSecretIsLetIn() {
        for (int i = 0; i < 10; i++) {
            assertThat(rig.lets(ClusterTls.secret(SECRET))).isTrue();
        }
        assertThat(rig.refusals().count()).isZero();
    }

    @Test
    void whoKnowsAnotherSecretIsNot() {
        assertThat(rig.lets(ClusterTls.secret(OTHER))).isFalse();
        assertThat(rig.lets((ClusterTls) null)).isFalse();
        assertThat(rig.lets(ClusterTls.secret(SECRET))).isTrue();
    }

    @Test
    void aNodeDoesNotTalkToOneThatKnowsAnotherSecret() throws GeneralSecurityException, IOException {
        KeyPair keys = SecretCertificateTest.keys("secp256r1");
        X509Certificate certificate = SecretCertificate.make(new SecretTls(OTHER).code(keys.getPublic()), keys);
        try (SocketsRig careless = new SocketsRig(ClusterTls.of(trustingEverybody(certificate, keys)))) {
            assertThat(careless.lets(ClusterTls.of(trustingEverybody(certificate, keys))))
                    .isTrue();
            assertThat(careless.lets(ClusterTls.secret(SECRET))).isFalse();
        }
    }

    @Test
    void whoShowsNoCertificateIsNotLetIn() throws GeneralSecurityException, IOException {
        assertThat(rig.lets(trustingEverybody().getSocketFactory().createSocket()))
                .isFalse();
    }

    @Test
    void theNameOfAnotherNodeIsOfNoUseWithoutItsKey() throws GeneralSecurityException {
        KeyPair theirs = SecretCertificateTest.keys("secp256r1");
        KeyPair mine = SecretCertificateTest.keys("secp256r1");
        X509Certificate right = SecretCertificate.make(secret.code(theirs.getPublic()), theirs);
        X509Certificate copied = SecretCertificate.make(secret.code(theirs.getPublic()), mine);

        assertThat(rig.lets(ClusterTls.of(secret.context(right, theirs)))).isTrue();
        assertThat(rig.lets(ClusterTls.of(secret.context(copied, mine)))).isFalse();
        assertThat(rig.lets(ClusterTls.of(secret.context(right, mine)))).isFalse();
    }

    @Test
    void otherKindsOfKeysAreRefused() throws GeneralSecurityException {
        KeyPair larger = SecretCertificateTest.keys("secp384r1");
        X509Certificate certificate = SecretCertificate.make(secret.code(larger.getPublic()), larger);

        assertThat(rig.lets(ClusterTls.of(secret.context(certificate, larger)))).isFalse();
    }

    @Test
    void olderTlsIsRefused() throws GeneralSecurityException, IOException {
        SSLContext context = secret.context();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThat(rig.lets(socket)).isFalse();
        }
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            assertThat(rig.lets(socket)).as("1.3").isTrue();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void eachNodeHasKeysOfItsOwn() throws GeneralSecurityException {
        KeyPair keys = SecretCertificateTest.keys("secp256r1");

        assertThat(new SecretTls(SECRET).code(keys.getPublic()))
                .isEqualTo(secret.code(keys.getPublic()))
                .hasSize(64);
        assertThat(new SecretTls(OTHER).code(keys.getPublic())).isNotEqualTo(secret.code(keys.getPublic()));
    }

    @Test
    void aShortSecretIsRefusedAndNotTold() {
        assertThat(ClusterTls.secret("0123456789abcdef0123456789abcdef")).isNotNull();
        assertThatThrownBy(() -> ClusterTls.secret("0123456789abcdef0123456789abcde"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: one of 31 characters (expected: at least 32, such as from openssl rand -hex 32)");
    }

    private static SSLContext trustingEverybody() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        return context;
    }

    private static SSLContext trustingEverybody(X509Certificate certificate, KeyPair keys)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("node", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new TrustEverybody()}, null);
        return context;
    }

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
