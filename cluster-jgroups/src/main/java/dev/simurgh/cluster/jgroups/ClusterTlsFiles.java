package dev.simurgh.cluster.jgroups;

import dev.simurgh.pem.PemPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A certificate, its key and the issuers to trust, in three files that may be renewed while the node runs. For any thread. */
final class ClusterTlsFiles {
    private static final Logger log = LoggerFactory.getLogger(ClusterTlsFiles.class);

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
        PemPair.Identity own = PemPair.read(chainFile, keyFile).identity();
        List<X509Certificate> trusted = PemPair.certificates("trusted certificates", trustedFile);
        try {
            return context(own, trusted);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("certificate chain: " + chainFile + " (expected: one for TLS)", e);
        }
    }

    private static SSLContext context(PemPair.Identity identity, List<X509Certificate> trusted)
            throws GeneralSecurityException, IOException {
        char[] password = {};
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry("node", identity.key(), password, identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);

        KeyStore issuers = KeyStore.getInstance("PKCS12");
        issuers.load(null, password);
        for (int i = 0; i < trusted.size(); i++) {
            issuers.setCertificateEntry("issuer" + i, trusted.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(issuers);

        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
