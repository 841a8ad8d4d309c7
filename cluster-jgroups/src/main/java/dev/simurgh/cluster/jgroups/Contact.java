package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.NodeAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;

/**
 * Where other nodes may be found.
 *
 * @param name what the node there has to be called to answer; empty if whoever is there is meant
 * @param host a name, which may stand for several addresses, or an address
 * @param firstPort the first port to try
 * @param ports how many ports to try
 * @param everyone whether a node is expected at each of them
 */
record Contact(String name, String host, int firstPort, int ports, boolean everyone) {
    /** With a port, whoever is there is meant. Without, the port is one of several, and only a node of that name is meant. */
    static Contact of(NodeAddress node) {
        return node.port().isPresent()
                ? new Contact("", node.host(), node.port().getAsInt(), 1, false)
                : new Contact(node.name(), node.host(), JGroupsCluster.FIRST_PORT, JGroupsCluster.PORTS, false);
    }

    /** All addresses of a host name. */
    static Contact ofDns(String host, int port) {
        return new Contact("", host, port, 1, true);
    }

    /** A node that has been met: another one that is there now is not meant. */
    static Contact ofMet(String nodeName, IpAddress address) {
        return new Contact(nameOf(nodeName), address.getIpAddress().getHostAddress(), address.getPort(), 1, false);
    }

    /** What comes before the host in a node's name. */
    static String nameOf(String nodeName) {
        int at = nodeName.indexOf('@');
        return at < 0 ? nodeName : nodeName.substring(0, at);
    }

    boolean means(String nodeName) {
        return name.isEmpty() || name.equals(nameOf(nodeName));
    }

    /** May block. Empty if the name is not known now. */
    List<PhysicalAddress> resolve() {
        List<PhysicalAddress> addresses = new ArrayList<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                for (int i = 0; i < ports; i++) {
                    addresses.add(new IpAddress(address, firstPort + i));
                }
            }
        } catch (UnknownHostException e) {
            return List.of();
        }
        return addresses;
    }
}
