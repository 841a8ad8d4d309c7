package dev.simurgh.cluster.jgroups;

import java.nio.file.Path;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How nodes encrypt what they say to each other, and prove to each other that they belong to the cluster: TLS 1.3, with a
 * certificate on both sides. For any thread.
 *
 * <p>A peer is a node if its certificate comes from one of the trusted issuers. Its host name is not looked at: whoever has such a
 * certificate and its key may join from anywhere, and may call itself by any name. So take an issuer that serves nothing but the
 * cluster.
 */
public final class ClusterTls {
    private final Supplier<SSLContext> context;
    private final String rule;

    private ClusterTls(Supplier<SSLContext> context, String rule) {
        this.context = context;
        this.rule = rule;
    }

    /**
     * Takes a node's certificate, its key, and the issuers of the certificates that its peers have, as files in PEM form.
     *
     * <p>When a file has changed, connections made from then on go by what stands in it; those that are open stay. If the new files
     * are broken, such as a certificate whose key has not been written yet, the old ones stay in use and a warning is logged.
     *
     * @param certificateChain the node's own certificate, and behind it those that lead from it to an issuer. The node uses it for
     *     connections in both directions: if it has extended key usages, they include those of a server and of a client
     * @param privateKey its key, of the kind RSA or EC, in PKCS #8 ({@code BEGIN PRIVATE KEY}), without a password
     * @param trustedCertificates the issuers, at least one
     * @throws IllegalArgumentException if a file cannot be read or used
     */
    public static ClusterTls of(Path certificateChain, Path privateKey, Path trustedCertificates) {
        return new ClusterTls(
                new ClusterTlsFiles(certificateChain, privateKey, trustedCertificates)::context,
                "a certificate that one of the trusted issuers has given, and one of ours that it trusts");
    }

    /**
     * Takes a context that the caller has made: its key manager has the node's certificate, and its trust manager decides who is a
     * peer, as a client and as a server. Only TLS 1.3 is spoken, and a peer without a certificate is refused, whatever the defaults of
     * the context.
     */
    public static ClusterTls of(SSLContext context) {
        return new ClusterTls(() -> context, "certificates that the two sides trust");
    }

    /**
     * Lets nodes in that know the same secret.
     *
     * @throws IllegalArgumentException if it has less than 32 characters
     */
    static ClusterTls secret(String secret) {
        SSLContext context = new SecretTls(secret).context();
        return new ClusterTls(() -> context, "a node that knows this cluster's secret");
    }

    /** What to make the next connection with; another one when files have changed. */
    SSLContext context() {
        return context.get();
    }

    /** What a peer must have, for messages: "expected: ...". */
    String rule() {
        return rule;
    }
}
