package dev.simurgh.channel;

/** From when to when a connection was open, and what ended it. Only kept if somebody wants to hear of it. On the event loop. */
final class Lifetime {
    private final long openedNanos;
    private int code;
    private String reason = "";

    Lifetime(long nowNanos) {
        this.openedNanos = nowNanos;
    }

    /** Learns why the connection ends. The first who says so is right: what comes later is the answer to it. */
    void ends(int closeCode, String why) {
        if (code == 0) {
            code = closeCode;
            reason = why;
        }
    }

    void tell(GuardedListener listener, Line line, long nowNanos) {
        listener.disconnected(line.mountPath(), line.transportName(), code, reason, nowNanos - openedNanos);
    }
}
