package dev.simurgh.cluster.jgroups;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.Protocol;
import org.jgroups.util.DefaultSocketFactory;

/** A member of the cluster as JGroups sees it, but no node. */
final class ForeignMember implements AutoCloseable {
    private static final String NAME = "foreign@127.0.0.1";

    private final Recording sockets = new Recording();
    private final JChannel channel;
    private final int contact;

    /** Joins at a port. */
    ForeignMember(int contact) throws Exception {
        this.contact = contact;
        List<Contact> contacts = List.of(new Contact("", "127.0.0.1", contact, 1, false));
        InetAddress host = InetAddress.getLoopbackAddress();
        JChannel model = Stack.channel(host, 1, 1, new Contacts(NAME, () -> contacts), null);
        List<Protocol> protocols = new ArrayList<>(model.getProtocolStack().getProtocols());
        Collections.reverse(protocols); // from the transport up
        protocols.set(0, transport(host));
        channel = new JChannel(protocols);
        channel.name(NAME);
        channel.connect("simurgh");
    }

    /** JGroups' own, which takes any sockets. */
    private Protocol transport(InetAddress host) throws UnknownHostException {
        TCP tcp = new TCP();
        tcp.setBindAddress(host);
        tcp.setBindPort(Ports.free());
        tcp.useVirtualThreads(false);
        tcp.setSocketFactory(sockets);
        return tcp;
    }

    /** What it has said so far at the port where it joined: looked for a cluster, joined, greeted. */
    byte[] said() {
        ByteArrayOutputStream said = sockets.said.getOrDefault(contact, new ByteArrayOutputStream());
        synchronized (said) {
            return said.toByteArray();
        }
    }

    /** Sends each other member what no node sends. */
    void talkRubbish(int messages) throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < messages; i++) {
            for (Address member : channel.view().getMembers()) {
                if (!member.equals(channel.getAddress())) {
                    channel.send(new BytesMessage(member, rubbish(random)));
                }
            }
        }
    }

    /** Half of it as messages, in a packet as of the first link; the rest is no packet at all. */
    private static byte[] rubbish(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        if (bytes.length > Packet.HEADER && random.nextBoolean()) {
            Packet.writeHeader(bytes, 1);
            int now = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            Packet.writeTimes(bytes, now, now + PeerLink.MAX_AGE_MILLIS);
        } else {
            bytes[0] |= (byte) 0x80;
        }
        return bytes;
    }

    @Override
    public void close() {
        channel.close();
    }

    /** Keeps what is said, by the port where. */
    private static final class Recording extends DefaultSocketFactory {
        final Map<Integer, ByteArrayOutputStream> said = new ConcurrentHashMap<>();

        @Override
        public Socket createSocket(String service) {
            return new Socket() {
                @Override
                public OutputStream getOutputStream() throws IOException {
                    ByteArrayOutputStream copy = said.computeIfAbsent(getPort(), p -> new ByteArrayOutputStream());
                    return new FilterOutputStream(super.getOutputStream()) {
                        @Override
                        public void write(int b) throws IOException {
                            write(new byte[] {(byte) b}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            synchronized (copy) {
                                copy.write(bytes, offset, length);
                            }
                            out.write(bytes, offset, length);
                        }
                    };
                }
            };
        }
    }
}
