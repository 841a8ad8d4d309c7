package dev.simurgh.cluster.jgroups;

import java.io.DataInput;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Objects;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.protocols.BasicTCP;
import org.jgroups.util.AsciiString;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * TCP for JGroups, in which nothing waits for a peer.
 *
 * <p>JGroups' own TCP connects, writes and closes on whatever thread sends, and that is one for all peers: a peer that hangs, so that the
 * buffers of its socket fill up, would hold up what goes to the others, and the view without it as well, since it says goodbye to the
 * peer first. Here each connection has a thread that connects and writes ({@link PeerConnection}).
 */
final class Transport extends BasicTCP {
    /** The most that a frame may say that it has. Views, the biggest that JGroups itself sends, have 40 bytes for each node. */
    static final int MAX_FRAME_BYTES = 1 << 20;

    private final NodeSockets sockets;
    private @Nullable PeerServer server;

    Transport(InetAddress host, int firstPort, int ports, NodeSockets sockets) {
        this.sockets = sockets;
        bind_addr = host;
        client_bind_addr = host;
        bind_port = firstPort;
        port_range = ports - 1;
        tcp_nodelay = true;
        enable_suspect_events = true;
        useVirtualThreads(false);
        setBundlerType("no-bundler"); // to send only queues, and what goes to a peer comes in packets already
        setMessageProcessingPolicy("direct"); // nothing that comes in waits long for something else that does
        setThreadFactory(new ClusterThreads());
    }

    @Override
    public void start() throws Exception {
        setSocketFactory(sockets);
        server = new PeerServer(this, sockets, bind_addr, bind_port, bind_port + port_range);
        super.start();
    }

    @Override
    protected void handleConnect() throws Exception {
        server().start();
        connected = true;
        super.handleConnect();
    }

    @Override
    protected void handleDisconnect() {
        super.handleDisconnect();
        connected = false;
        server().stop();
    }

    @Override
    public void stop() {
        super.stop();
        Util.close(server);
    }

    private PeerServer server() {
        return Objects.requireNonNull(server);
    }

    @Override
    public void send(Address to, byte[] bytes, int offset, int length) throws Exception {
        server().send(to, bytes, offset, length);
    }

    @Override
    public void retainAll(Collection<Address> members) {
        server().retainAll(members, is_member);
    }

    @Override
    protected @Nullable PhysicalAddress getPhysicalAddress() {
        PeerServer open = server;
        return open == null ? null : (PhysicalAddress) open.localAddress();
    }

    @Override
    public String printConnections() {
        return server().printConnections();
    }

    @Override
    public BasicTCP clearConnections(boolean graceful) {
        server().clearConnections(graceful);
        return this;
    }

    /** Suspects a peer that has ended its connection without a goodbye: its process has died. */
    @Override
    public void connectionClosed(Connection connection) {
        if (((PeerConnection) connection).isBroken()) {
            super.connectionClosed(connection);
        }
    }

    // What comes in, which JGroups reads with less care.

    @Override
    protected void handleSingleMessage(DataInput in, boolean multicast) {
        try {
            Message message = IncomingMessages.read(in.readShort(), in);
            if (multicast || !unicastDestMismatch(message.getDest())) {
                msg_processing_policy.process(message, message.isFlagSet(Message.Flag.OOB));
            }
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            log.warn("%s: a message that makes no sense: %s", local_addr, e.toString());
        }
    }

    @Override
    protected void handleMessageBatch(DataInput in, boolean multicast) {
        try {
            Address to = IncomingMessages.readAddress(in);
            Address from = IncomingMessages.readAddress(in);
            byte[] cluster = new byte[Math.max(0, in.readShort())];
            in.readFully(cluster);
            int size = in.readInt();
            MessageBatch regular = batch(to, from, cluster, multicast, MessageBatch.Mode.REG);
            MessageBatch outOfBand = batch(to, from, cluster, multicast, MessageBatch.Mode.OOB);
            for (int i = 0; i < size; i++) {
                Message message = IncomingMessages.read(in.readShort(), in);
                message.setDest(to);
                if (message.getSrc() == null) { // one that is sent again for another member has its own
                    message.setSrc(from);
                }
                (message.isFlagSet(Message.Flag.OOB) ? outOfBand : regular).add(message);
            }
            processBatch(outOfBand, true);
            processBatch(regular, false);
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            log.warn("%s: messages that make no sense: %s", local_addr, e.toString());
        }
    }

    private static MessageBatch batch(
            @Nullable Address to, @Nullable Address from, byte[] cluster, boolean multicast, MessageBatch.Mode mode) {
        return new MessageBatch(to, from, new AsciiString(cluster), multicast, mode, 16);
    }
}
