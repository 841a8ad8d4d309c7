package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS between nodes that have nothing in common but a secret.
 *
 * <p>At its start each node makes a key pair (P-256) and a certificate for it, whose common name is a code over the public key that only
 * those can compute who know the secret:
 *
 * <pre>
 * k  = PBKDF2-HMAC-SHA256(secret, fixed salt, 100,000 rounds)
 * CN = hex(HMAC-SHA256(k, SubjectPublicKeyInfo))
 * </pre>
 *
 * A node takes a peer whose certificate carries the right code for its own key, in either direction; issuer, dates and the
 * certificate's signature are not looked at. The rest is TLS 1.3 as it is: the handshake proves that the peer holds the private key,
 * agrees on keys for this connection only, and encrypts.
 *
 * <p>What it keeps out is everybody on the network between and beside the nodes. They cannot read (nor later, should the secret become
 * known: the secret encrypts nothing), change, or inject; they cannot join; and a certificate or a connection that they have
 * recorded is of no use to them without the private key, which never leaves the memory of one process. Nothing is encrypted with
 * a key that two connections share, so there is nothing to replay and no block mode to get wrong.
 *
 * <p>What it does not keep out: <ul>
 * <li>One who knows the secret is a node, under whatever name, until all nodes have been restarted with another secret.
 * <li>One who can connect to a node is shown its certificate, before he has proved anything, and may then try secrets on his own
 *     machines. Against that the secret is long, and each try costs 100,000 rounds. The salt is the same everywhere, since nodes
 *     have to agree on k without having talked; a table made in advance of all secrets of 32 random characters is out of reach, but
 *     a sentence out of a book is not safe.
 * <li>One who can cut the network can keep nodes apart. TLS notices changed bytes, and ends the connection.
 * </ul>
 */
final class SecretTls {
    static final int MIN_CHARACTERS = 32;

    private static final byte[] SALT = "simurgh cluster secret 1".getBytes(StandardCharsets.US_ASCII);
    private static final int ROUNDS = 100_000; // 0.3 s of one core in a fresh JVM, once, at the start
    private static final int KEY_BITS = 256;

    private final SecretKeySpec key;
    private final KeyPair own;

    /**
     * Makes this node's certificate; takes some 0.3 s of one core.
     *
     * @throws IllegalArgumentException if the secret is too short
     */
    SecretTls(String secret) {
        if (secret.length() < MIN_CHARACTERS) {
            throw new IllegalArgumentException("secret: one of " + secret.length() + " characters (expected: at least "
                    + MIN_CHARACTERS + ", such as from openssl rand -hex 32)");
        }
        try {
            key = derive(secret);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            own = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    private static SecretKeySpec derive(String secret) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), SALT, ROUNDS, KEY_BITS);
        try {
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return new SecretKeySpec(derived, "HmacSHA256");
        } finally {
            spec.clearPassword();
        }
    }

    private static IllegalStateException unsupported(Exception cause) {
        return new IllegalStateException("secret: TLS 1.3 with P-256 (expected: a Java that has it)", cause);
    }

    /** What to make connections with: presents this node's certificate, and takes only peers that know the secret. */
    SSLContext context() {
        try {
            return context(SecretCertificate.make(code(own.getPublic()), own), own);
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    /** Presents any certificate. */
    SSLContext context(X509Certificate certificate, KeyPair keys) throws GeneralSecurityException {
        char[] password = {};
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, password);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        store.setKeyEntry("node", keys.getPrivate(), password, new X509Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(managers.getKeyManagers(), new TrustManager[] {new Trust()}, null);
        return context;
    }

    /** What only those can compute who know the secret. */
    String code(PublicKey of) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return HexFormat.of().formatHex(mac.doFinal(of.getEncoded()));
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        try {
            if (chain.length == 1 && sameKind(chain[0].getPublicKey())) {
                byte[] expected = ("CN=" + code(chain[0].getPublicKey())).getBytes(StandardCharsets.UTF_8);
                byte[] name = chain[0].getSubjectX500Principal().getName().getBytes(StandardCharsets.UTF_8);
                if (MessageDigest.isEqual(expected, name)) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
        throw new CertificateException("certificate (expected: one made with this cluster's secret)");
    }

    /** Tells whether it is a P-256 key: all begin with the same bytes, which name the curve, and end with a point of 64. */
    private boolean sameKind(PublicKey peer) {
        byte[] theirs = peer.getEncoded();
        byte[] ours = own.getPublic().getEncoded();
        int head = ours.length - 64;
        return theirs.length == ours.length && Arrays.equals(theirs, 0, head, ours, 0, head);
    }

    /** The extended form, so that the JDK adds no checks of its own, such as of host names. */
    private final class Trust extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
