package dev.simurgh.transport.carry;

/**
 * What waits to go out to one client, as {@link Laggards} judges it: a WebSocket's queue, or whatever else keeps bytes
 * until its client takes them. On the client's event loop.
 */
public interface Outgoing {
    /** How many bytes wait; 0 once the client has taken all that it could have. */
    long waitingBytes();

    /**
     * Where the client is in what waits: another value, nearly always, if it has taken something. It need not be one if
     * less waits then, counting what was {@linkplain Laggard#queued queued}.
     */
    int position();

    /** For how many ticks it may take nothing. */
    int patienceTicks();

    /** Hears that the client has taken something since the last tick; nothing at all waits any more if so told. */
    void moved(boolean caughtUp);

    /** Hears that the client has taken nothing for as long as it may. Told again as long as that is so. */
    void standsStill();

    /** Hears that what waits must go now: too much waits for all clients together. */
    void roomNeeded();
}
