package dev.simurgh.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Publishers push, and the server broadcasts to all clients of their topic; each delivery is counted and must come once and in order.
 *
 * <p>In a closed loop a publisher pushes again when a broadcast of its window has reached every client. In an open loop pushes are due at
 * fixed times, and latencies count from these.
 */
final class FanOutTraffic implements Traffic {
    private static final long FIRST_REF = 10;
    private static final int AT_ONCE = 1024;
    /** A broadcast of a closed loop that is not complete by then never will be. */
    private static final long STALL = TimeUnit.SECONDS.toNanos(2);

    private final Lane lane;
    private final BenchOptions options;
    private final Timeline timeline;
    private final Publishers publishers;
    private final List<Publisher> own;
    private final byte[] publish;
    private final byte[] delivery;
    private final byte[] filling;
    private final Stamp stamp = new Stamp();
    /** The sequence number that comes next, for each client and each publisher of its topic. */
    private final long[] expected;

    private int next;
    private long round;
    private volatile boolean finished;

    FanOutTraffic(Lane lane, BenchOptions options, Timeline timeline, Publishers publishers) {
        this.lane = lane;
        this.options = options;
        this.timeline = timeline;
        this.publishers = publishers;
        this.own = publishers.all().stream()
                .filter(publisher -> publisher.client().lane() == lane)
                .toList();
        this.publish = Client.ascii(options.pubEvent);
        this.delivery = Client.ascii(options.msgEvent);
        this.filling = EchoTraffic.filling(options);
        this.expected = new long[lane.clients().size() * publishers.perTopic()];
    }

    @Override
    public byte[] delivery() {
        return delivery;
    }

    @Override
    public void start() {
        if (!own.isEmpty()) {
            lane.later(options.closedLoop() ? this::startClosed : this::tick, timeline.start() - lane.now());
        }
    }

    private void startClosed() {
        own.forEach(publisher -> publisher.more(() -> publishMore(publisher)));
        own.forEach(this::publishMore);
        lane.later(this::watchStalls, STALL / 20);
    }

    private void publishMore(Publisher publisher) {
        publisher.unqueue();
        long now = lane.now();
        while (now < timeline.end() && publisher.outstanding() < options.window && publish(publisher, now, now)) {
            now = lane.now();
        }
        publisher.client().flush(); // together: a server may answer several pushes of one read with fewer system calls
    }

    /** A lost delivery must not end the load: it shows in the counts. */
    private void watchStalls() {
        long now = lane.now();
        if (now >= timeline.end()) {
            return;
        }
        for (Publisher publisher : own) {
            if (publisher.outstanding() >= options.window && now > publisher.lastSent() + STALL) {
                lane.counters().add(Count.ABANDONED, publisher.abandon());
                publishMore(publisher);
            }
        }
        lane.later(this::watchStalls, STALL / 20);
    }

    /** Open loop: publishes what is due by now. */
    private void tick() {
        for (int i = 0; i < AT_ONCE; i++) {
            Publisher publisher = own.get(next);
            double k = (double) round * options.publishers + publisher.index();
            long due = timeline.start() + (long) (k * 1e9 / options.rate);
            long now = lane.now();
            if (due >= timeline.end()) {
                finished = true;
                return;
            }
            if (due > now) {
                lane.later(this::tick, due - now);
                return;
            }
            publish(publisher, due, now);
            publisher.client().flush();
            if (++next == own.size()) {
                next = 0;
                round++;
            }
        }
        lane.later(this::tick, 0);
    }

    /** Puts a push into the outbox; returns false if the client does not take any. */
    private boolean publish(Publisher publisher, long due, long now) {
        Client client = publisher.client();
        if (!client.takesPushes()) {
            lane.counters().add(Count.SKIPPED, 1);
            return false;
        }
        if (timeline.counts(due)) {
            Lane.record(lane.lags(), now - due);
        }
        long sequence = publisher.next(now);
        lane.outbox().push(FIRST_REF + sequence, client.topic(), publish, due, publisher.index(), sequence, filling);
        return true;
    }

    @Override
    public boolean finished() {
        return options.closedLoop() ? timeline.over(lane.now()) : finished || own.isEmpty();
    }

    @Override
    public void replied(Client client, long ref, boolean ok, long now) {
        // replies to pushes are welcome, but nothing waits for them
        if (!ok) {
            lane.counters().add(Count.PUSH_ERRORS, 1);
        }
    }

    @Override
    public void delivered(Client client, byte[] in, int from, int to, long now) {
        if (!stamp.read(in, from, to)) {
            lane.counters().add(Count.UNREADABLE, 1);
            return;
        }
        int who = stamp.publisher();
        if (who >= options.publishers || who % options.topics != client.index() % options.topics) {
            lane.counters().add(Count.MISROUTED, 1);
            return;
        }
        int at = client.index() / options.threads * publishers.perTopic() + who / options.topics;
        if (stamp.sequence() < expected[at]) {
            lane.counters().add(Count.OUT_OF_ORDER, 1);
        } else {
            expected[at] = stamp.sequence() + 1;
        }
        client.delivered();
        lane.counters().add(Count.DELIVERIES, 1);
        if (timeline.counts(stamp.time())) {
            Lane.record(lane.latencies(), now - stamp.time());
        }
        if (options.closedLoop()) {
            Publisher publisher = publishers.all().get(who);
            if (publisher.delivered(stamp.sequence()) && publisher.queue()) {
                // not from here: the outbox is the client's whose messages are read
                publisher.client().lane().execute(publisher.more());
            }
        }
    }
}
