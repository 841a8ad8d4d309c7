package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.spi.Carrier;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;

/** Carries messages over a JGroups channel. */
final class JGroupsCarrier implements Carrier {
    static final String CLUSTER = "simurgh";

    private final JGroupsCluster.Builder options;
    private final Contacts contacts;
    private final Meetings meetings;

    @Nullable
    JChannel channel;

    private volatile @Nullable Links links;

    JGroupsCarrier(JGroupsCluster.Builder options) {
        this.options = options;
        contacts = new Contacts(nodeName(), options::contacts);
        meetings = new Meetings(contacts, options.contacts());
    }

    @Override
    public String nodeName() {
        return options.node().nodeName();
    }

    @Override
    public synchronized void start(Events events) {
        Links started = new Links(this::send, events);
        links = started;
        try {
            InetAddress host = InetAddress.getByName(options.node().host());
            JChannel joining = Stack.channel(host, options.firstPort(), options.ports(), contacts, options.tls());
            channel = joining;
            joining.name(nodeName());
            joining.setReceiver(new Received(started));
            joining.connect(CLUSTER);
            meetings.start();
        } catch (Exception e) {
            close();
            throw failure(e);
        }
    }

    private ClusterStartException failure(Exception e) {
        String host = options.node().host();
        if (e instanceof UnknownHostException) {
            return new ClusterStartException("cluster host " + host + " (expected: a known host)", e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new ClusterStartException(isHere(host) ? taken(host) : notHere(host), cause);
            }
        }
        return new ClusterStartException("cluster: " + e.getMessage(), e);
    }

    private String taken(String host) {
        int first = options.firstPort();
        int last = first + options.ports() - 1;
        return first == last
                ? "cluster port " + first + " on " + host + " is taken (expected: a free port)"
                : "cluster ports " + first + " to " + last + " on " + host + " are taken (expected: a free one)";
    }

    private static String notHere(String host) {
        return "cluster host " + host + " (expected: an address of this machine)";
    }

    private static boolean isHere(String host) {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return any.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void send(Address peer, byte[] packet) throws Exception {
        JChannel open = channel;
        if (open != null) {
            open.send(new BytesMessage(peer, packet));
        }
    }

    @Override
    public CompletableFuture<Void> connect(NodeAddress node) {
        return meetings.connect(Contact.of(node));
    }

    @Override
    public synchronized void close() {
        meetings.close();
        Links open = links;
        if (open != null) {
            open.close();
        }
        JChannel leaving = channel;
        if (leaving != null) {
            leaving.close();
        }
    }

    private final class Received implements Receiver {
        private final Links links;

        Received(Links links) {
            this.links = links;
        }

        @Override
        public void viewAccepted(View view) {
            List<Address> others = new ArrayList<>(view.getMembers());
            others.remove(Objects.requireNonNull(channel).getAddress());
            links.view(others);
            meetings.view(view);
        }

        @Override
        public void receive(Message message) {
            links.received(message.getSrc(), message.getArray(), message.getOffset(), message.getLength());
        }
    }
}
