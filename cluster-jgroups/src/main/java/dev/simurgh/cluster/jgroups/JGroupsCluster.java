package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.NodeAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node part of a cluster of nodes that find each other over the network, with JGroups.
 *
 * <pre>{@code
 * Mesh cluster = JGroupsCluster.builder()
 *         .name("server@10.0.0.5")
 *         .connect("other@10.0.0.6")
 *         .secret(secret)
 *         .build();
 * Endpoint endpoint = Endpoint.builder().cluster(cluster)....build();
 * }</pre>
 *
 * <p>One contact that is in the cluster is enough to be in it: nodes tell each other where the others are, and each has a TCP connection
 * with each. Nodes that were not told of each other do not find each other. A node whose contacts do not answer starts alone, and
 * joins them when they do; clusters that lose each other merge again by themselves.
 *
 * <p>A node listens at one TCP port, at the address of its host, and nowhere else. Its threads are daemons, whose names begin with
 * {@code simurgh-cluster-}. What JGroups logs goes to SLF4J, under {@code org.jgroups}.
 *
 * <p>A node whose process dies is gone for the others within three seconds; one that hangs, or that the network has cut off, after about
 * ten. Until then up to 8 MiB wait for it, and what is broadcast beyond that is lost to it, and to nobody else. What has been under way
 * for more than ten seconds is not delivered. A connection that is bad between two nodes only, while others hear both, puts nobody out.
 */
public final class JGroupsCluster {
    /** The first port that a node tries. */
    public static final int FIRST_PORT = 7700;
    /** How many ports a node tries, one after the other. */
    public static final int PORTS = 10;

    private JGroupsCluster() {}

    /** Starts to say how. */
    public static Builder builder() {
        return new Builder();
    }

    /** How a node takes part. Not for several threads at a time. */
    public static final class Builder {
        private @Nullable NodeAddress node;
        private OptionalInt port = OptionalInt.empty();
        private final List<NodeAddress> connect = new ArrayList<>();
        private final List<String> dns = new ArrayList<>();
        private @Nullable ClusterTls tls;
        private boolean plaintext;

        private Builder() {}

        /**
         * Sets the name of this node, such as {@code server@127.0.0.1}; required. What stands behind the {@code @} is the address or host
         * name that the cluster port is opened at, and at which other nodes reach this one. With a port, as in {@code
         * server@127.0.0.1:7705}, it is as if that was given to {@link #port}; it is no part of the name.
         *
         * @throws IllegalArgumentException if it is malformed
         */
        public Builder name(String name) {
            node = NodeAddress.parse(name);
            return this;
        }

        /**
         * Sets the cluster port. By default it is the first one from {@value #FIRST_PORT} on that is free at the host, of {@value #PORTS}.
         *
         * @throws IllegalArgumentException if there is no such port
         */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("cluster port: " + port + " (expected: 1 to 65535)");
            }
            this.port = OptionalInt.of(port);
            return this;
        }

        /**
         * Adds nodes to join, or to be joined by: they are tried at the start, for two seconds at most if none answers, and after that
         * every two seconds while they are not there. With a port, such as {@code other@10.0.0.6:7701}, whoever is there is meant.
         * Without, the node of that name is looked for at all ports that a node takes by default.
         *
         * @throws IllegalArgumentException if one is malformed
         */
        public Builder connect(String... nodes) {
            for (String contact : nodes) {
                connect.add(NodeAddress.parse(contact));
            }
            return this;
        }

        /**
         * Adds a DNS name whose addresses are those of the nodes, such as that of a headless service in Kubernetes: {@code
         * simurgh-headless.default.svc.cluster.local}. It is looked up again every few seconds, as often as the JVM's own cache ({@code
         * networkaddress.cache.ttl}) lets through, and whoever is at one of the addresses and not in the cluster is asked to join. They
         * have to use the same port as this node: that of {@link #port}, or {@value #FIRST_PORT}.
         *
         * @throws IllegalArgumentException if it is blank
         */
        public Builder dns(String host) {
            if (host.isBlank()) {
                throw new IllegalArgumentException("dns: '" + host + "' (expected: a host name)");
            }
            dns.add(host);
            return this;
        }

        /**
         * Has nodes encrypt what they say to each other, and let in only those that know the same secret.
         *
         * @throws IllegalArgumentException if it has less than 32 characters
         * @throws IllegalStateException if there is a secret or {@link #tls} already
         */
        public Builder secret(String secret) {
            return tls(ClusterTls.secret(secret));
        }

        /**
         * Has nodes encrypt what they say to each other, and let in only those with a certificate that they trust.
         *
         * @throws IllegalStateException if there is a {@link #secret} or TLS already
         */
        public Builder tls(ClusterTls tls) {
            if (this.tls != null) {
                throw new IllegalStateException("tls (expected: one of secret and tls, once)");
            }
            this.tls = tls;
            return this;
        }

        /**
         * Lets nodes talk unencrypted to whoever connects, which is refused otherwise on addresses that are not loopback. For networks
         * where nobody but the nodes is: who reaches the port reads, and sends, whatever it likes.
         */
        public Builder plaintext() {
            plaintext = true;
            return this;
        }

        /**
         * Makes the node, to be given to {@code Endpoint.builder().cluster}. The cluster port is not open before the endpoint starts it,
         * which throws {@link ClusterStartException} if it cannot be opened, and returns when this node is with those of its contacts
         * that answer.
         *
         * @throws IllegalStateException if there is no name, if two settings contradict each other, or if neither {@link #secret}, {@link
         *     #tls} nor {@link #plaintext} is given and the host is not loopback
         */
        public Mesh build() {
            NodeAddress node = node();
            if (port.isPresent() && node.port().isPresent() && !port.equals(node.port())) {
                throw new IllegalStateException(
                        "cluster port: " + port.getAsInt() + " (expected: that of " + node + ", or none there)");
            }
            if (tls != null && plaintext) {
                throw new IllegalStateException("plaintext with a secret or tls (expected: one of them)");
            }
            if (tls == null && !plaintext && !isLoopback(node.host())) {
                throw new IllegalStateException("node: " + node
                        + " (expected: secret(...), tls(...) or plaintext() on an address that is not loopback)");
            }
            return Mesh.on(new JGroupsCarrier(this));
        }

        private static boolean isLoopback(String host) {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }

        // For the carrier.

        NodeAddress node() {
            if (node == null) {
                throw new IllegalStateException("no name (expected: name(...), such as server@127.0.0.1)");
            }
            return node;
        }

        @Nullable
        ClusterTls tls() {
            return tls;
        }

        private OptionalInt explicitPort() {
            return port.isPresent() ? port : node().port();
        }

        int firstPort() {
            return explicitPort().orElse(FIRST_PORT);
        }

        int ports() {
            return explicitPort().isPresent() ? 1 : PORTS;
        }

        List<Contact> contacts() {
            List<Contact> contacts = new ArrayList<>();
            connect.forEach(contact -> contacts.add(Contact.of(contact)));
            dns.forEach(host -> contacts.add(Contact.ofDns(host, firstPort())));
            return contacts;
        }
    }
}
