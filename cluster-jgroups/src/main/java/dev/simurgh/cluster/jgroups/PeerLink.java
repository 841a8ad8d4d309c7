package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.ClusterMessage;
import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one other node, with a thread that sends what waits for it.
 *
 * <p>What the other node has not taken yet is bounded by a window, so that a node that hangs holds up its own link, but neither fills the
 * send windows of JGroups, which would hold up its own messages, nor memory.
 *
 * <p>JGroups keeps what is under way for as long as the other node is in the view, which may be minutes after a connection broke: a third
 * node that hears both keeps them there. So that no broadcast arrives when nobody expects it any more, each packet says until when it is
 * to be taken, by the clock of the other node. One that comes later shows that the link had been broken: it ends, with all that waits on
 * either side, and the next begins. Nothing but a greeting is sent before that clock is known.
 */
final class PeerLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
    /** The most bytes that may wait for a node. */
    static final long OUTBOX_BYTES = 8L << 20;
    /** What the packets may weigh that are under way to a node: as much as a local network holds. */
    static final int WINDOW = 1 << 20;

    /** How long a broadcast may wait, and how long a packet may be under way. */
    static final int MAX_AGE_MILLIS = 10_000;

    private static final long REFRESH_NANOS = 60_000_000_000L;
    private static final long MARK_NANOS = 1_000_000_000L;
    private static final long FAILURE_NANOS = 1_000_000_000L;

    final Address peer;
    final int generation;
    private final String name;
    private final PacketSender sender;
    private final Carrier.Events events;
    private final Consumer<PeerLink> failed;
    private final PeerClock clock;
    private final Outbox outbox = new Outbox(OUTBOX_BYTES, MAX_AGE_MILLIS);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean parked;
    private volatile boolean ackDue;
    /** Whether something took so long that all else that waits is of no use either. */
    private volatile boolean broken;
    /** What the packets weigh that the other node has taken. */
    private volatile long acknowledged;
    /** What the packets weigh that have come from the other node. Written under the lock of this. */
    private volatile long received;

    /** When the last of them was sent. */
    private volatile int lastSent;

    private long lastAck;
    private ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);
    /** Whether the message whose pieces come is bigger than any. */
    private boolean tooBig;

    // Used by the thread.
    private long sent;
    /** What goes in pieces, and what of it has gone. */
    private byte @Nullable [] big;

    private int bigOffset;
    /** Whether it was told that something was dropped. */
    private boolean lags;

    PeerLink(
            Address peer,
            int generation,
            PacketSender sender,
            Carrier.Events events,
            Consumer<PeerLink> failed,
            String name,
            IntSupplier millis) {
        this.peer = peer;
        this.generation = generation;
        this.name = name;
        this.sender = sender;
        this.events = events;
        this.failed = failed;
        clock = new PeerClock(millis);
        thread = new Thread(this::run, ClusterThreads.PREFIX + "link-" + name);
        thread.setDaemon(true);
    }

    /** Sends packets to another node; may block. */
    interface PacketSender {
        void send(Address peer, byte[] packet) throws Exception;
    }

    synchronized void up() {
        events.up(this);
        thread.start();
    }

    @Override
    public boolean send(ClusterMessage message) {
        if (closed) {
            return true; // lost, as what was under way is
        }
        boolean taken = outbox.offer(message);
        wake(); // after a refusal too, for it may have come after the thread looked for one
        return taken;
    }

    @Override
    public long waitingBytes() {
        return outbox.waitingBytes();
    }

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Takes a packet of this link's generation. */
    synchronized void received(byte[] array, int offset, int length) {
        if (closed || broken) {
            return;
        }
        if (Packet.isAck(array, offset)) {
            acknowledged(array, offset);
            return;
        }
        lastSent = Packet.sent(array, offset);
        if (Packet.isGreeting(array, offset)) {
            acknowledgeNow();
            return;
        }
        if (clock.here() - Packet.until(array, offset) > 0) {
            breakDown("what comes from it is more than ten seconds old");
            return;
        }
        received += Packet.weight(length);
        if (received - lastAck >= WINDOW / 4) {
            acknowledgeNow();
        }
        if (Packet.isPiece(array, offset)) {
            pieceReceived(array, offset, length);
        } else if (length > Packet.HEADER) {
            events.received(this, array, offset + Packet.HEADER, length - Packet.HEADER);
        }
    }

    private void acknowledged(byte[] array, int offset) {
        acknowledged = Packet.acknowledged(array, offset);
        boolean inTime = clock.learn(Packet.sent(array, offset), Packet.echo(array, offset));
        if (!inTime && !clock.isKnown()) {
            breakDown("its answer took more than five seconds");
        }
        wake();
    }

    private void acknowledgeNow() {
        lastAck = received;
        ackDue = true;
        wake();
    }

    private void breakDown(String cause) {
        log.info("link to {} begins anew, without what was under way: {}", name, cause);
        broken = true;
        wake();
    }

    private void pieceReceived(byte[] array, int offset, int length) {
        if (!tooBig && pieces.size() + length > Outbox.MAX_MESSAGE_BYTES + Packet.MAX_BYTES) {
            log.warn("{} sends a message bigger than any (expected: {} bytes)", peer, Outbox.MAX_MESSAGE_BYTES);
            tooBig = true;
            pieces = new ByteArrayOutputStream(0);
        }
        if (!tooBig) {
            pieces.write(array, offset + Packet.HEADER, length - Packet.HEADER);
        }
        if (Packet.isLastPiece(array, offset)) {
            byte[] message = pieces.toByteArray();
            boolean whole = !tooBig;
            pieces = new ByteArrayOutputStream(0);
            tooBig = false;
            if (whole) {
                events.received(this, message, 0, message.length);
            }
        }
    }

    synchronized void down() {
        if (!closed) {
            closed = true;
            LockSupport.unpark(thread);
            events.down(this);
        }
    }

    private synchronized void writable() {
        if (!closed) {
            events.writable(this);
        }
    }

    private void run() {
        try {
            transmitAll();
            if (broken) {
                failed.accept(this);
            }
        } catch (Throwable thrown) { // an Error, too, must not leave a link that nobody empties
            log.error("link to {} failed, and begins anew", peer, thrown);
            LockSupport.parkNanos(FAILURE_NANOS); // a cause that stays shall not keep a processor busy
            failed.accept(this);
        }
    }

    private void transmitAll() {
        transmit(Packet.greeting(generation, clock.here()));
        byte[] packet = null;
        while (!closed && !broken) {
            if (ackDue) {
                ackDue = false;
                transmit(Packet.ack(generation, clock.here(), received, lastSent));
            }
            if (clock.asks()) {
                transmit(Packet.greeting(generation, clock.here()));
            }
            outbox.mark(clock.here());
            if (packet == null && clock.isKnown()) {
                packet = nextPacket();
                tellDropped();
            }
            if (outbox.becameWritable()) {
                writable();
            }
            if (packet != null && mayGo()) {
                sent += Packet.weight(packet.length);
                Packet.writeTimes(packet, clock.here(), clock.there() + MAX_AGE_MILLIS);
                transmit(packet);
                packet = null;
            } else {
                park(packet);
            }
        }
    }

    private void tellDropped() {
        int dropped = outbox.takeDropped();
        if (dropped > 0) {
            if (!lags) {
                lags = true;
                log.warn("node {} takes messages too slowly: dropping what has waited for ten seconds", name);
            }
            events.dropped(this, dropped);
        } else if (lags && outbox.isEmpty()) {
            lags = false;
        }
    }

    private byte @Nullable [] nextPacket() {
        if (big == null) {
            byte[] packet = outbox.poll(Packet.HEADER, Packet.MAX_BYTES);
            if (packet == null || packet.length <= Packet.MAX_BYTES) {
                if (packet != null) {
                    Packet.writeHeader(packet, generation);
                }
                return packet;
            }
            big = packet;
            bigOffset = Packet.HEADER;
        }
        byte[] piece = Packet.piece(generation, big, bigOffset);
        bigOffset += piece.length - Packet.HEADER;
        if (bigOffset == big.length) {
            big = null;
        }
        return piece;
    }

    private void park(byte @Nullable [] packet) {
        parked = true;
        boolean sendable = packet == null ? clock.isKnown() && !outbox.isEmpty() : mayGo();
        if (!closed && !broken && !ackDue && !outbox.isWritableAgain() && !sendable) {
            LockSupport.parkNanos(this, outbox.isEmpty() ? REFRESH_NANOS : MARK_NANOS);
        }
        parked = false;
    }

    private boolean mayGo() {
        return sent - acknowledged < WINDOW;
    }

    private void transmit(byte[] packet) {
        try {
            sender.send(peer, packet);
        } catch (Exception e) {
            // The channel has closed, or the peer has gone: the link goes down.
            log.debug("a packet for {} was lost", peer, e);
        }
    }

    @Override
    public String toString() {
        return "link " + generation + " to " + peer;
    }
}
