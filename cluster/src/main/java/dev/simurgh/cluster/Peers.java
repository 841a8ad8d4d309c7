package dev.simurgh.cluster;

/** The other nodes that are there now. */
final class Peers {
    /** They at one moment. The arrays are never changed. */
    static final class View {
        final Peer[] all;
        /** Those whose topics are not known yet, so that they are sent everything. */
        final Peer[] unknown;

        View(Peer[] all, Peer[] unknown) {
            this.all = all;
            this.unknown = unknown;
        }
    }

    private static final View NOBODY = new View(Peer.NONE, Peer.NONE);

    private volatile View view = NOBODY;

    View view() {
        return view;
    }

    Peer[] all() {
        return view.all;
    }

    synchronized void add(Peer peer) {
        view = new View(Peer.plus(view.all, peer), Peer.plus(view.unknown, peer));
    }

    synchronized void remove(Peer peer) {
        view = new View(Peer.minus(view.all, peer), Peer.minus(view.unknown, peer));
    }

    /** Its topics are not known any more. */
    synchronized void unknown(Peer peer) {
        if (Peer.contains(view.all, peer)) {
            view = new View(view.all, Peer.plus(view.unknown, peer));
        }
    }

    /** Its topics are known now. */
    synchronized void known(Peer peer) {
        view = new View(view.all, Peer.minus(view.unknown, peer));
    }

    synchronized void clear() {
        view = NOBODY;
    }
}
