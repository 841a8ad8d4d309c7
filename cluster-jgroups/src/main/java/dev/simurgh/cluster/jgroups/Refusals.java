package dev.simurgh.cluster.jgroups;

import java.io.EOFException;
import java.net.InetAddress;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections that did not come about because one side is not let in: told once for each address, not once for each attempt. */
final class Refusals {
    static final int MAX_TOLD = 100;

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    /** A node that just ends may cut off once or twice. */
    private static final int CUT_OFFS = 3;

    private final Set<InetAddress> told = new HashSet<>();
    /** How often in a row, by peer. */
    private final Map<InetAddress, Integer> cutOffs = new HashMap<>();

    private final LongAdder count = new LongAdder();

    /** How many there were, told or not. */
    long count() {
        return count.sum();
    }

    /** Tells why there is no connection with a peer. */
    void tell(InetAddress peer, @Nullable ClusterTls tls, Exception why) {
        log.debug("no connection with {}", peer.getHostAddress(), why);
        line(peer, tls, why).ifPresent(log::warn);
    }

    /** Counts a refusal. What is to be logged of it, if anything. */
    Optional<String> line(InetAddress peer, @Nullable ClusterTls tls, Exception why) {
        count.increment();
        if (cut(why)) {
            return Optional.empty(); // a port scan, or a load balancer that asks whether the port is open
        }
        return line(peer, reason(tls, why));
    }

    private Optional<String> line(InetAddress peer, String reason) {
        String line = "no connection with " + peer.getHostAddress() + ": " + reason;
        synchronized (told) {
            if (told.size() >= MAX_TOLD || !told.add(peer)) {
                return Optional.empty();
            }
            return Optional.of(told.size() < MAX_TOLD ? line : line + "; no further addresses are told");
        }
    }

    /** Hears that a peer has ended a connection without TLS before it has said anything, as a node does that expects TLS. */
    void cutOff(InetAddress peer) {
        cutOffLine(peer).ifPresent(log::warn);
    }

    /** Counts it. What is to be logged of it, if anything. */
    Optional<String> cutOffLine(InetAddress peer) {
        count.increment();
        synchronized (told) {
            boolean room = cutOffs.size() < MAX_TOLD || cutOffs.containsKey(peer);
            if (!room || cutOffs.merge(peer, 1, Integer::sum) < CUT_OFFS) {
                return Optional.empty();
            }
        }
        return line(
                peer, "it ends connections before it has said anything (expected: a node without TLS, as this one is)");
    }

    /** Hears that a peer talks to this node. */
    void answered(InetAddress peer) {
        synchronized (told) {
            cutOffs.remove(peer);
        }
    }

    /** Has it told again if a peer that was let in is not some time later. Without TLS it has proved nothing, so nothing changes. */
    void forget(InetAddress peer, @Nullable ClusterTls tls) {
        if (tls != null) {
            synchronized (told) {
                told.remove(peer);
            }
        }
    }

    private static boolean cut(Exception why) {
        return why instanceof SocketException
                || why instanceof EOFException
                || (why instanceof SSLException && why.getCause() instanceof EOFException);
    }

    private static String reason(@Nullable ClusterTls tls, Exception why) {
        String message = String.valueOf(why.getMessage());
        if (tls == null || !(why instanceof SSLException)) {
            return message;
        }
        // who refuses knows of certificates, and the other side is told in an alert, and no more
        boolean certificates = message.contains("certificate") || message.contains("alert");
        for (Throwable cause = why; cause != null && !certificates; cause = cause.getCause()) {
            certificates = cause instanceof CertificateException;
        }
        return certificates ? "not of the same cluster (expected: " + tls.rule() + ")" : "no TLS 1.3: " + message;
    }
}
