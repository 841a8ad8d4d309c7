package dev.simurgh.jakarta;

/**
 * What has come from one client and was not taken yet, and whether more of it is read: not while the connection does not want any, and not while much of
 * it waits for the event loop. From the container's thread and the event loop.
 */
final class Intake {
    /** With more than this waiting for the event loop, the client is not read. */
    static final int MUCH = 64 << 10;

    /** A container that cannot stop reading goes on until so much waits, and then its client has to go. */
    static final int MOST = 1 << 20;

    /** What a message takes beyond its bytes. */
    static final int OVERHEAD = 64;

    private final Wire wire;
    private long waiting;
    private boolean wanted = true;
    private boolean reading = true;

    Intake(Wire wire) {
        this.wire = wire;
    }

    /**
     * Something has come, of so many bytes.
     *
     * @return whether it may wait; else there is too much already
     */
    synchronized boolean arrived(int bytes) {
        if (waiting > MOST) {
            return false;
        }
        waiting += bytes + OVERHEAD;
        adjust();
        return true;
    }

    /** It has been taken, or thrown away. */
    synchronized void taken(int bytes) {
        waiting -= bytes + OVERHEAD;
        adjust();
    }

    /** Says whether the connection wants more. */
    synchronized void want(boolean more) {
        wanted = more;
        adjust();
    }

    synchronized long waiting() {
        return waiting;
    }

    private void adjust() {
        boolean now = wanted && waiting <= (reading ? MUCH : MUCH / 2);
        if (now != reading) {
            reading = now;
            if (now) {
                wire.readOn();
            } else {
                wire.stopReading();
            }
        }
    }
}
