package dev.simurgh.benchmarks;

import java.util.Arrays;

/**
 * Each client keeps some pushes outstanding that the server replies to.
 *
 * <p>In a closed loop the next push goes out when a reply has come. In an open loop the k-th push of a client is due at a time of its own;
 * one that finds the window full waits, and its latency counts from when it was due.
 */
final class EchoTraffic implements Traffic {
    private static final long FIRST_REF = 10;
    private static final int AT_ONCE = 1024;

    /** What a client has outstanding, by slot: ref 0 is a free one. */
    private static final class Window {
        private final long[] refs;
        private final long[] times;
        private long due;
        private long sent;

        private Window(int size) {
            refs = new long[size];
            times = new long[size];
        }
    }

    private final Lane lane;
    private final BenchOptions options;
    private final Timeline timeline;
    private final byte[] event;
    private final byte[] filling;
    private final Window[] windows;
    private final Times times;
    private int next;
    private long round;
    private volatile boolean finished;

    /** Takes how long a push took, and when it was due. */
    interface Times {
        void record(long due, long nanos);
    }

    EchoTraffic(Lane lane, BenchOptions options, Timeline timeline) {
        this(lane, options, timeline, (due, nanos) -> {
            if (timeline.counts(due)) {
                Lane.record(lane.latencies(), nanos);
            }
        });
    }

    /**
     * As above, for who looks at the times itself.
     *
     * @param times on the lane's event loop
     */
    EchoTraffic(Lane lane, BenchOptions options, Timeline timeline, Times times) {
        this.times = times;
        this.lane = lane;
        this.options = options;
        this.timeline = timeline;
        this.event = Client.ascii(options.echoEvent);
        this.filling = filling(options);
        this.windows = new Window[lane.clients().size()];
        Arrays.setAll(windows, i -> new Window(options.window));
    }

    static byte[] filling(BenchOptions options) {
        byte[] filling = new byte[options.payload - Stamp.LENGTH];
        Arrays.fill(filling, (byte) 'x');
        return filling;
    }

    @Override
    public void start() {
        lane.later(options.closedLoop() ? this::fill : this::tick, timeline.start() - lane.now());
    }

    private Window window(Client client) {
        return windows[client.index() / options.threads];
    }

    private void send(Client client, Window window, int slot, long ref, long time) {
        window.refs[slot] = ref;
        window.times[slot] = time;
        lane.outbox().push(ref, client.topic(), event, time, client.index() & 0xffffff, ref, filling);
        lane.counters().add(Count.REQUESTS, 1);
    }

    /** Closed loop: fills every window once. */
    private void fill() {
        for (int i = 0; i < AT_ONCE / 16 && next < windows.length; i++) {
            Client client = lane.clients().get(next++);
            if (client.isJoined()) {
                long now = lane.now();
                for (int slot = 0; slot < options.window; slot++) {
                    send(client, window(client), slot, FIRST_REF + slot, now);
                }
                client.flush();
            }
        }
        if (next < windows.length) {
            lane.later(this::fill, 0);
        }
    }

    /** Open loop: sends what is due by now. */
    private void tick() {
        for (int i = 0; i < AT_ONCE; i++) {
            Client client = lane.clients().get(next);
            long due = dueAt(client, round);
            long now = lane.now();
            if (due >= timeline.end()) {
                finished = true;
                return;
            }
            if (due > now) {
                lane.later(this::tick, due - now);
                return;
            }
            if (++next == windows.length) {
                next = 0;
                round++;
            }
            if (client.takesPushes()) {
                window(client).due++;
                pump(client, window(client), now);
                client.flush();
            } else {
                lane.counters().add(Count.SKIPPED, 1);
            }
        }
        lane.later(this::tick, 0);
    }

    private long dueAt(Client client, long k) {
        return timeline.start() + (long) (((double) k * options.clients + client.index()) * 1e9 / options.rate);
    }

    private void pump(Client client, Window window, long now) {
        while (window.sent < window.due) {
            int slot = (int) (window.sent % options.window);
            if (window.refs[slot] != 0) {
                return;
            }
            long due = dueAt(client, window.sent);
            if (timeline.counts(due)) {
                Lane.record(lane.lags(), now - due);
            }
            send(client, window, slot, FIRST_REF + window.sent++, due);
        }
    }

    @Override
    public boolean finished() {
        return options.closedLoop() ? timeline.over(lane.now()) : finished;
    }

    @Override
    public void replied(Client client, long ref, boolean ok, long now) {
        Window window = window(client);
        int slot = (int) (Math.max(0, ref - FIRST_REF) % options.window);
        if (ref < FIRST_REF || window.refs[slot] != ref) {
            lane.counters().add(Count.UNKNOWN_REPLIES, 1);
            return;
        }
        window.refs[slot] = 0;
        lane.counters().add(Count.REPLIES, 1);
        if (!ok) {
            lane.counters().add(Count.PUSH_ERRORS, 1);
        }
        times.record(window.times[slot], now - window.times[slot]);
        if (!options.closedLoop()) {
            pump(client, window, now);
        } else if (now < timeline.end()) {
            send(client, window, slot, ref + options.window, now);
        }
    }
}
