package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final ClusterTls TLS = ClusterTls.secret("0123456789abcdef0123456789abcdef");

    private final Refusals refusals = new Refusals();

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    private static SSLException unknown() {
        SSLHandshakeException e = new SSLHandshakeException("certificate_unknown");
        e.initCause(new CertificateException());
        return e;
    }

    @Test
    void eachAddressIsToldOnceUntilItIsLetIn() throws IOException {
        String line = "no connection with 10.0.0.1: not of the same cluster"
                + " (expected: a node that knows this cluster's secret)";
        assertThat(refusals.line(address(1), TLS, unknown())).hasValue(line);
        assertThat(refusals.line(address(1), TLS, unknown())).isEmpty();
        assertThat(refusals.line(address(2), TLS, unknown())).isPresent();
        refusals.forget(address(1), null);
        assertThat(refusals.line(address(1), TLS, unknown())).isEmpty();
        refusals.forget(address(1), TLS);
        assertThat(refusals.line(address(1), TLS, new SSLException("Received fatal alert: certificate_unknown")))
                .hasValue(line);
        assertThat(refusals.count()).isEqualTo(5);
    }

    @Test
    void aPeerThatAlwaysCutsOffIsToldOnce() throws IOException {
        assertThat(refusals.cutOffLine(address(1))).isEmpty();
        assertThat(refusals.cutOffLine(address(1))).isEmpty();
        refusals.answered(address(1));
        assertThat(refusals.cutOffLine(address(1))).isEmpty();
        assertThat(refusals.cutOffLine(address(1))).isEmpty();
        assertThat(refusals.cutOffLine(address(1)))
                .hasValue("no connection with 10.0.0.1: it ends connections before it has said anything"
                        + " (expected: a node without TLS, as this one is)");
        assertThat(refusals.cutOffLine(address(1))).isEmpty();
        assertThat(refusals.count()).isEqualTo(6);
    }

    @Test
    void whoJustGoesAwayIsNotTold() throws IOException {
        assertThat(refusals.line(address(1), null, new EOFException())).isEmpty();
        assertThat(refusals.line(address(1), TLS, new SocketException("Connection reset")))
                .isEmpty();
        assertThat(refusals.line(address(1), TLS, new SSLException("cut", new EOFException())))
                .isEmpty();
        assertThat(refusals.count()).isEqualTo(3);
    }

    @Test
    void theReasonIsToldAsItIs() throws IOException {
        assertThat(refusals.line(address(1), null, new IOException("no node (expected: JGroups)")))
                .hasValue("no connection with 10.0.0.1: no node (expected: JGroups)");
        assertThat(refusals.line(address(2), TLS, new SSLException("Unsupported or unrecognized SSL message")))
                .hasValue("no connection with 10.0.0.2: no TLS 1.3: Unsupported or unrecognized SSL message");
    }

    @Test
    void manyAddressesDoNotFillTheLog() throws IOException {
        for (int i = 1; i < Refusals.MAX_TOLD; i++) {
            assertThat(refusals.line(address(i), TLS, unknown())).isPresent();
        }
        assertThat(refusals.line(address(0), TLS, unknown()).orElseThrow()).endsWith("; no further addresses are told");
        assertThat(refusals.line(address(200), TLS, unknown())).isEmpty();
    }
}
