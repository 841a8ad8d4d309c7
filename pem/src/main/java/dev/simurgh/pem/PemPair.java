package dev.simurgh.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
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

/**
 * A certificate chain and its private key, as they stood in two files at one time. Immutable, for any thread.
 *
 * <p>Reading the files is one step and understanding them another, so that files that may be renewed can be compared with what was read
 * before, whether or not that was of use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468: textual encodings of PKIX, PKCS and CMS structures</a>
 */
public final class PemPair {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----\\s([A-Za-z0-9+/=\\s]*)-----END");

    private final Path chainFile;
    private final Path keyFile;
    private final byte[] chainBytes;
    private final byte[] keyBytes;

    private PemPair(Path chainFile, Path keyFile, byte[] chainBytes, byte[] keyBytes) {
        this.chainFile = chainFile;
        this.keyFile = keyFile;
        this.chainBytes = chainBytes;
        this.keyBytes = keyBytes;
    }

    /**
     * What the files hold, when they belong together.
     *
     * @param key the private key of the chain's first certificate
     * @param chain the certificate, with those that lead to a root behind it; never empty
     */
    public record Identity(PrivateKey key, List<X509Certificate> chain) {}

    /**
     * Reads both files, without looking at what stands in them.
     *
     * @throws PemException if one cannot be read
     */
    public static PemPair read(Path certificateChain, Path privateKey) {
        return new PemPair(
                certificateChain, privateKey, bytes("certificate chain", certificateChain), bytes("key", privateKey));
    }

    /**
     * Reads the certificates in a file.
     *
     * @param what names the file in an error
     * @throws PemException if it cannot be read, or holds none
     */
    public static List<X509Certificate> certificates(String what, Path file) {
        return certificates(what, file, bytes(what, file));
    }

    /** Tells whether both files held the very same bytes. */
    public boolean sameAs(PemPair other) {
        return Arrays.equals(chainBytes, other.chainBytes) && Arrays.equals(keyBytes, other.keyBytes);
    }

    /**
     * Makes certificates and a key of what was read.
     *
     * @throws PemException if the key is not RSA, EC or Ed25519 in PKCS #8 without a password, there is no certificate, or the first one is
     *     not the key's
     */
    public Identity identity() {
        List<X509Certificate> chain = certificates("certificate chain", chainFile, chainBytes);
        PrivateKey key = key(chain.get(0));
        if (!belongTogether(chain.get(0), key)) {
            throw new PemException(
                    "certificate chain: " + chainFile + " (expected: the certificate of " + keyFile + " as the first)");
        }
        return new Identity(key, chain);
    }

    private static byte[] bytes(String what, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new PemException(what + ": " + file + " (expected: a file that this process may read)", e);
        }
    }

    private static List<X509Certificate> certificates(String what, Path file, byte[] bytes) {
        String rule = what + ": " + file + " (expected: certificates in PEM form)";
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new PemException(rule);
            }
            return certificates;
        } catch (GeneralSecurityException e) {
            throw new PemException(rule, e);
        }
    }

    private PrivateKey key(X509Certificate certificate) {
        String rule = "key: " + keyFile + " (expected: PKCS #8 in PEM form without a password; convert it with"
                + " openssl pkcs8 -topk8 -nocrypt)";
        Matcher pem = KEY.matcher(new String(keyBytes, StandardCharsets.ISO_8859_1));
        if (!pem.find() || !pem.group(1).isEmpty()) {
            throw new PemException(rule);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PemException(rule + ", for the certificate in " + chainFile, e);
        }
    }

    /** Signs something with the key, and asks the certificate. */
    private boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm(); // EdDSA: the signature has the key's name
        };
        byte[] text = "simurgh".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(text);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new PemException("certificate chain: " + chainFile + " (expected: one for TLS)", e);
        }
    }
}
