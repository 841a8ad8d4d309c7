package dev.simurgh.cluster.jgroups;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A certificate, its key and the issuers to trust, in three files that may be renewed while the node runs. For any thread. */
final class ClusterTlsFiles {
    private static final Logger log = LoggerFactory.getLogger(ClusterTlsFiles.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----\\s([A-Za-z0-9+/=\\s]*)-----END");

    private final Path chainFile;
    private final Path keyFile;
    private final Path trustedFile;
    private List<String> stamps;
    private SSLContext context;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException if they cannot be used
     */
    ClusterTlsFiles(Path chainFile, Path keyFile, Path trustedFile) {
        this.chainFile = chainFile;
        this.keyFile = keyFile;
        this.trustedFile = trustedFile;
        this.stamps = stamps();
        this.context = read();
    }

    /** What stands in the files now, or stood in them when they last were in order. */
    synchronized SSLContext context() {
        // three looks at a file for each connection: nodes connect rarely
        List<String> now = stamps();
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                context = read();
                log.info("new connections between nodes get the renewed certificate in {}", chainFile);
            } catch (IllegalArgumentException e) {
                log.warn("certificate between nodes not renewed, the old one stays: {}", e.getMessage());
            }
        }
        return context;
    }

    private List<String> stamps() {
        return List.of(stamp(chainFile), stamp(keyFile), stamp(trustedFile));
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "none";
        }
    }

    private SSLContext read() {
        X509Certificate[] chain = certificates("certificate chain", chainFile);
        PrivateKey key = key(chain[0]);
        X509Certificate[] trusted = certificates("trusted certificates", trustedFile);
        try {
            if (!belongTogether(chain[0], key)) {
                throw new IllegalArgumentException("certificate chain: " + chainFile + " (expected: the certificate of "
                        + keyFile + " as the first)");
            }
            return context(key, chain, trusted);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("certificate chain: " + chainFile + " (expected: one for TLS)", e);
        }
    }

    private static SSLContext context(PrivateKey key, X509Certificate[] chain, X509Certificate[] trusted)
            throws GeneralSecurityException, IOException {
        char[] password = {};
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry("node", key, password, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);

        KeyStore issuers = KeyStore.getInstance("PKCS12");
        issuers.load(null, password);
        for (int i = 0; i < trusted.length; i++) {
            issuers.setCertificateEntry("issuer" + i, trusted[i]);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(issuers);

        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static byte[] bytes(String what, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    what + ": " + file + " (expected: a file that this process may read)", e);
        }
    }

    private static X509Certificate[] certificates(String what, Path file) {
        String rule = what + ": " + file + " (expected: certificates in PEM form)";
        byte[] bytes = bytes(what, file);
        try {
            X509Certificate[] certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .toArray(X509Certificate[]::new);
            if (certificates.length == 0) {
                throw new IllegalArgumentException(rule);
            }
            return certificates;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(rule, e);
        }
    }

    private PrivateKey key(X509Certificate certificate) {
        String rule = "key: " + keyFile + " (expected: PKCS #8 in PEM form without a password; convert it with"
                + " openssl pkcs8 -topk8 -nocrypt)";
        byte[] bytes = bytes("key", keyFile);
        try {
            Matcher pem = KEY.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            if (!pem.find() || !pem.group(1).isEmpty()) {
                throw new IllegalArgumentException(rule);
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
            PrivateKey key = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            Arrays.fill(encoded, (byte) 0);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(rule + ", for the certificate in " + chainFile, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = "simurgh".getBytes(StandardCharsets.US_ASCII);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(text);
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(text);
        return verifier.verify(signer.sign());
    }
}
