package dev.simurgh.benchmarks;

/** Clients that come back and get what they have missed, each message once and in order. On the lane's event loop only. */
final class ResumeTraffic implements Traffic {
    static final byte[] EVENT = Client.ascii("put");

    private final Lane lane;
    private final long from;

    /**
     * Makes one for a lane.
     *
     * @param from when all came back
     */
    ResumeTraffic(Lane lane, long from) {
        this.lane = lane;
        this.from = from;
    }

    @Override
    public byte[] delivery() {
        return EVENT;
    }

    @Override
    public void delivered(Client client, byte[] in, int payload, int to, long now) {
        if (lane.envelope().offset() != client.offset() + client.deliveries() + 1) {
            lane.counters().add(Count.OUT_OF_ORDER, 1);
        }
        client.delivered();
        lane.counters().add(Count.DELIVERIES, 1);
        lane.succeeded(now);
        Lane.record(lane.latencies(), now - from);
    }
}
