package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
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

    /** A network in which a helper's answer is there before the question is out of the hands of the one who asks. */
    private static final class QuickHelper extends Protocol {
        private final short header = ClassConfigurator.getProtocolId(Suspicions.class);

        @Override
        public @Nullable Object down(Message message) {
            if (message.getHeader(header) != null) {
                Message answer = message.copy(true, false).setSrc(message.getDest());
                up_prot.up(answer.putHeader(header, new PingHeader(Suspicions.TELL)));
            }
            return null;
        }

        @Override
        public @Nullable Object down(Event event) {
            return null;
        }
    }

    /** Who makes the views. */
    private static final class ViewMaker extends Protocol {
        private final List<Object> suspects = new ArrayList<>();

        @Override
        public @Nullable Object up(Event event) {
            if (event.getType() == Event.SUSPECT) {
                suspects.add(event.arg());
            }
            return null;
        }
    }

    @Test
    void theAnswerOfAHelperIsNeverTooEarly() {
        Address here = UUID.randomUUID();
        Address suspect = UUID.randomUUID();
        Suspicions suspicions = new Suspicions();
        VERIFY_SUSPECT2 asking = new VERIFY_SUSPECT2().setTimeout(0);
        ViewMaker views = new ViewMaker();
        ProtocolStack stack = new ProtocolStack();
        for (Protocol protocol : List.of(new QuickHelper(), suspicions, asking, views)) {
            stack.addProtocol(protocol.setAddress(here));
        }
        views.down(new Event(Event.VIEW_CHANGE, View.create(here, 1, here, suspect, UUID.randomUUID())));
        suspicions.up(new Event(Event.SUSPECT, List.of(suspect)));
        asking.run(); // the time to answer is over
        assertEquals(List.of(), views.suspects);
    }
}
