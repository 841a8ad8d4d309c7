package dev.simurgh.cluster.jgroups;

import java.net.InetAddress;
import java.time.Duration;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * How JGroups is set up.
 *
 * <p>That a process has died is told by its connections ({@link Transport#connectionClosed}), not by FD_SOCK2, which would need a second
 * port that TLS does not protect. A node that is suspected is asked, and has half a second to answer; with the clock that this is looked at by
 * it takes 0.5 to 1 s. That a process hangs, or that the network has cut it off, is told by 7 s without a word: a collection of garbage or a
 * busy machine takes less. (To hear from a node late costs more than to hear of its end late: all its links are made anew.)
 *
 * <p>There is no flow control, since links bound what is under way by themselves ({@link PeerLink}), and no fragmentation, since they cut
 * up what is too big. Multicasts carry views only.
 */
final class Stack {
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    /** With the time to find out whom to join ({@link Arrival}), two seconds. */
    private static final int JOIN_MILLIS = 800;

    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int SILENCE_MILLIS = 7_000;
    private static final int VERIFY_MILLIS = 500;
    /** In messages: far more than the window of a link, so that JGroups never blocks a sender. */
    static final int CAPACITY = 1_024;

    private Stack() {}

    static JChannel channel(InetAddress host, int firstPort, int ports, Contacts contacts, @Nullable ClusterTls tls)
            throws Exception {
        return new JChannel(
                new Transport(host, firstPort, ports, new NodeSockets(tls, HANDSHAKE)),
                contacts,
                merge(),
                new FD_ALL3().setTimeout(SILENCE_MILLIS).setInterval(HEARTBEAT_MILLIS),
                new Suspicions(),
                new VERIFY_SUSPECT2().setTimeout(VERIFY_MILLIS),
                multicast(),
                unicast(),
                membership());
    }

    /** For what {@link Contacts} does not see: members whose views differ. */
    private static Protocol merge() {
        MERGE3 merge = new MERGE3();
        merge.setMaxInterval(3_000);
        merge.setMinInterval(1_000);
        return merge;
    }

    private static Protocol multicast() {
        NAKACK4 multicast = new NAKACK4();
        multicast.capacity(CAPACITY);
        multicast.logDiscardMessages(false); // on each merge
        return multicast;
    }

    private static Protocol unicast() {
        UNICAST4 unicast = new UNICAST4();
        unicast.capacity(CAPACITY);
        // When two nodes connect to each other at the same time, one connection is closed, and what was on it is sent
        // again after this: with the default of 500 ms, the first messages after a merge took up to a second.
        unicast.setXmitInterval(100);
        unicast.setConnCloseTimeout(5_000);
        // Never while both are in the view: what is sent just as an idle connection is closed can be lost.
        unicast.setConnExpiryTimeout(Duration.ofDays(365).toMillis());
        return unicast;
    }

    private static Protocol membership() {
        GMS membership = new GMS();
        membership.printLocalAddress(false);
        membership.setJoinTimeout(JOIN_MILLIS);
        membership.setMaxJoinAttempts(2); // which is one: who is not let in starts alone, and merges later
        membership.setLeaveTimeout(1_000);
        membership.setMergeTimeout(3_000);
        // In a merge, a node waits on the thread that reads from the leader, and in vain: the leader, which has the
        // view
        // already, does not acknowledge it.
        membership.setViewAckCollectionTimeout(300);
        return membership;
    }
}
