package dev.simurgh.server.listen;

import dev.simurgh.server.TlsOptions;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate and its key, as they stood in two files at one time. */
final class PemPair {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----\\s([A-Za-z0-9+/=\\s]*)-----END");

    private final TlsOptions files;
    private final byte[] chainBytes;
    private final byte[] keyBytes;

    private PemPair(TlsOptions files, byte[] chainBytes, byte[] keyBytes) {
        this.files = files;
        this.chainBytes = chainBytes;
        this.keyBytes = keyBytes;
    }

    /** Reads both files. What is wrong with them {@link #context} tells. */
    static PemPair read(TlsOptions files) throws BrokenPair {
        return new PemPair(
                files, bytes("certificate chain", files.certificateChain()), bytes("key", files.privateKey()));
    }

    private static byte[] bytes(String what, Path file) throws BrokenPair {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BrokenPair(what + ": " + file + " (expected: a file that this process may read)", e);
        }
    }

    boolean same(PemPair other) {
        return Arrays.equals(chainBytes, other.chainBytes) && Arrays.equals(keyBytes, other.keyBytes);
    }

    /** Makes of the pair what connections need. */
    SslContext context() throws BrokenPair {
        X509Certificate[] chain = chain();
        PrivateKey key = key(chain[0]);
        try {
            if (!belongTogether(chain[0], key)) {
                throw new BrokenPair("certificate chain: " + files.certificateChain()
                        + " (expected: the certificate of " + files.privateKey() + " as the first)");
            }
            return SslContextBuilder.forServer(key, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new BrokenPair("certificate chain: " + files.certificateChain() + " (expected: one for TLS)", e);
        }
    }

    private X509Certificate[] chain() throws BrokenPair {
        String rule = "certificate chain: " + files.certificateChain() + " (expected: certificates in PEM form)";
        try {
            X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chainBytes))
                    .toArray(X509Certificate[]::new);
            if (chain.length == 0) {
                throw new BrokenPair(rule);
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new BrokenPair(rule, e);
        }
    }

    private PrivateKey key(X509Certificate certificate) throws BrokenPair {
        String rule =
                "key: " + files.privateKey() + " (expected: PKCS #8 in PEM form without a password; convert it with"
                        + " openssl pkcs8 -topk8 -nocrypt)";
        Matcher pem = KEY.matcher(new String(keyBytes, StandardCharsets.ISO_8859_1));
        if (!pem.find() || !pem.group(1).isEmpty()) {
            throw new BrokenPair(rule);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BrokenPair(rule + ", for the certificate in " + files.certificateChain(), e);
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
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

    /** Tells which file is wrong, and what it should be. */
    static final class BrokenPair extends Exception {
        private static final long serialVersionUID = 1;

        BrokenPair(String message) {
            super(message);
        }

        BrokenPair(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
