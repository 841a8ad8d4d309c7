package dev.simurgh.cluster.jgroups;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/**
 * Makes the least certificate that TLS takes: X.509 version 3, signed with its own key, without extensions (RFC 5280, 4.1). The JDK
 * reads certificates, but has no public way to make one. It does encode names and public keys, so what is left are a few sequences
 * of DER (X.690): a tag, a length, the content.
 */
final class SecretCertificate {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int VERSION = 0xA0;

    private static final BigInteger ECDSA_WITH_SHA256 = new BigInteger("2A8648CE3D040302", 16); // 1.2.840.10045.4.3.2

    private SecretCertificate() {}

    /**
     * Makes a certificate.
     *
     * @param commonName the only part of the name of its subject and issuer
     * @param keys of the kind EC
     */
    static X509Certificate make(String commonName, KeyPair keys) throws GeneralSecurityException {
        byte[] algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256.toByteArray()));
        byte[] name = new X500Principal("CN=" + commonName).getEncoded();
        byte[] version3 = der(VERSION, integer(2));
        // nobody looks at the dates: the keys are as old as the node. RFC 5280 has 9999 for "no end"
        byte[] validity = der(SEQUENCE, time("20000101000000Z"), time("99991231235959Z"));
        byte[] body = der(
                SEQUENCE,
                version3,
                integer(1),
                algorithm,
                name,
                validity,
                name,
                keys.getPublic().getEncoded());

        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(body);
        byte[] allBitsUsed = {0};
        byte[] certificate = der(SEQUENCE, body, algorithm, der(BIT_STRING, allBitsUsed, signer.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] integer(int value) {
        return der(INTEGER, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] time(String text) {
        return der(GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (length >= 0x100) {
            whole.write(0x82);
            whole.write(length >> 8);
        } else if (length >= 0x80) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
