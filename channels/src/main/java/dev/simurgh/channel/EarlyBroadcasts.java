package dev.simurgh.channel;

import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.List;

/** What is broadcast between the subscription of a join and its answer: it goes out behind the answer. On the event loop. */
final class EarlyBroadcasts {
    private final List<Broadcast> broadcasts = new ArrayList<>();
    private int bytes;
    private boolean tooMany;

    void add(Broadcast broadcast) {
        bytes += ChannelMailbox.cost(broadcast);
        tooMany |= bytes > ChannelMailbox.MAX_BROADCAST_BYTES;
        if (tooMany) {
            broadcasts.clear();
        } else {
            broadcasts.add(broadcast);
        }
    }

    /** Whether they were too many to be kept, so that what the client has is not the whole any more. */
    boolean isTooMany() {
        return tooMany;
    }

    List<Broadcast> broadcasts() {
        return broadcasts;
    }
}
