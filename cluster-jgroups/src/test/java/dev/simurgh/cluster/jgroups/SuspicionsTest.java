package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.Test;

class SuspicionsTest {
    private static final String HERE = "here@127.0.0.1";

    /** Sees a member suspected that has not answered. */
    private static final class Probe extends Protocol {
        private final CountDownLatch suspected = new CountDownLatch(1);

        @Override
        public Object up(Event event) {
            Object result = up_prot.up(event);
            if (event.getType() == Event.SUSPECT) {
                suspected.countDown();
            }
            return result;
        }
    }

    @Test
    void aMemberThatDiesWhileViewsMergeIsNoticedAfterwards() throws Exception {
        int port = Ports.free();
        try (JChannel channel =
                Stack.channel(InetAddress.getLoopbackAddress(), port, 1, new Contacts(HERE, List::of), null)) {
            ProtocolStack stack = channel.getProtocolStack();
            stack.<FD_ALL3>findProtocol(FD_ALL3.class).setTimeout(600_000); // would notice as well, later
            Probe probe = new Probe();
            stack.insertProtocol(probe, ProtocolStack.Position.ABOVE, VERIFY_SUSPECT2.class);
            channel.name(HERE);
            channel.connect(JGroupsCarrier.CLUSTER);
            try (CarrierProcess other = new CarrierProcess("other@127.0.0.1:" + Ports.free(), HERE + ":" + port)) {
                Cluster.until(() -> channel.getView().size() == 2);
                GMS membership = Objects.requireNonNull(stack.findProtocol(GMS.class));
                membership.getViewHandler().suspend(); // as a merge does
                other.signal("KILL");
                assertTrue(probe.suspected.await(60, TimeUnit.SECONDS));
                assertEquals(2, channel.getView().size());
                membership.getViewHandler().resume();
                Cluster.until(() -> channel.getView().size() == 1);
            }
        }
    }
}
