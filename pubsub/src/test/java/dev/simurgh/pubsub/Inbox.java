package dev.simurgh.pubsub;

import java.util.ArrayList;
import java.util.List;

/** A subscriber that keeps what it gets. */
final class Inbox implements Subscriber {
    private final List<String> events = new ArrayList<>();

    @Override
    public void deliver(Broadcast broadcast) {
        events.add(broadcast.event());
    }

    @Override
    public void missed(long offset) {
        events.add("missed " + offset);
    }

    @Override
    public void rewound() {
        events.add("rewound");
    }

    /** Takes the events that have come since the last time. */
    List<String> taken() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
