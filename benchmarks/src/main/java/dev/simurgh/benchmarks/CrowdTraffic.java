package dev.simurgh.benchmarks;

import java.util.concurrent.atomic.AtomicLong;

/** Clients that are told who is on their topic. The first of all keeps the tally: whether it adds up, shows whether anybody was missed. On the lane's event loop only. */
final class CrowdTraffic implements Traffic {
    private static final byte[] DIFF = Client.ascii("presence_diff");
    private static final byte[] STATE = Client.ascii("presence_state");
    private static final byte[] REF = Client.ascii("\"phx_ref\":");
    private static final byte[] LEAVES = Client.ascii("\"leaves\":");

    private final Lane lane;
    private final AtomicLong present;

    /**
     * Makes one for a lane.
     *
     * @param present how many the first client sees
     */
    CrowdTraffic(Lane lane, AtomicLong present) {
        this.lane = lane;
        this.present = present;
    }

    @Override
    public byte[] delivery() {
        return DIFF;
    }

    @Override
    public void delivered(Client client, byte[] in, int from, int to, long now) {
        lane.counters().add(Count.DIFFS, 1);
        lane.counters().add(Count.DIFF_BYTES, to - from);
        if (client.index() == 0) {
            int leaves = Math.max(from, Stamp.after(LEAVES, in, from, to));
            present.addAndGet(refs(in, from, leaves) - refs(in, leaves, to));
        }
    }

    @Override
    public boolean other(Client client, Envelope message, byte[] in, int from, int to) {
        if (!message.isEvent(STATE)) {
            return false;
        }
        lane.counters().add(Count.STATES, 1);
        lane.counters().add(Count.STATE_BYTES, to - from);
        if (client.index() == 0) {
            present.set(refs(in, from, to));
        }
        return true;
    }

    private static long refs(byte[] in, int from, int to) {
        long refs = 0;
        int at = Stamp.after(REF, in, from, to);
        while (at >= 0) {
            refs++;
            at = Stamp.after(REF, in, at, to);
        }
        return refs;
    }
}
