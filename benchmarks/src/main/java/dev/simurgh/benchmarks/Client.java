package dev.simurgh.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client of the server, over all its connections. On its lane's event loop only, once that runs. */
final class Client {
    static final byte[] REPLY = ascii("phx_reply");
    private static final byte[] ERROR = ascii("phx_error");
    private static final byte[] CLOSE = ascii("phx_close");
    private static final byte[] PHOENIX = ascii("phoenix");
    private static final long JOIN_REF = 1;
    /** When phoenix.js tries again, by the attempt; then each 5 s. It has no jitter. */
    private static final int[] RETRY_MILLIS = {10, 50, 100, 150, 200, 250, 500, 1000, 2000};

    private static final int LAST_RETRY_MILLIS = 5000;
    /** When phoenix.js joins again on a connection that is there; then each 10 s. */
    private static final int[] REJOIN_MILLIS = {1000, 2000, 5000};

    private static final int LAST_REJOIN_MILLIS = 10_000;

    enum State {
        IDLE,
        CONNECTING,
        UPGRADING,
        OPEN,
        JOINING,
        /** A join was refused, and will be tried again. */
        REFUSED,
        JOINED,
        WAITING,
        DEAD
    }

    private final int index;
    private final byte[] topic;
    private final Lane lane;
    private State state = State.IDLE;
    private @Nullable Link link;
    private int attempts;
    /** Attempts since a connection was last open, and joins that were refused: the client's patience grows with them. */
    private int failures;

    private int refusedJoins;
    private long connectStarted;
    private long joinStarted;

    /** Where it stands in its topic, if that is kept and shall be resumed. */
    private String position = "";

    /** Deliveries since the load began. */
    private long deliveries;

    Client(int index, String topic, Lane lane) {
        this.index = index;
        this.topic = ascii(topic);
        this.lane = lane;
    }

    int index() {
        return index;
    }

    byte[] topic() {
        return topic;
    }

    Lane lane() {
        return lane;
    }

    State state() {
        return state;
    }

    boolean isJoined() {
        return state == State.JOINED;
    }

    long deliveries() {
        return deliveries;
    }

    /** The offset of its position; 0 if it has none. */
    long offset() {
        byte[] digits = ascii(position);
        return Envelope.number(digits, position.indexOf(':') + 1, digits.length);
    }

    void delivered() {
        deliveries++;
    }

    /** Tells whether a push would not only add to what the server does not take. */
    boolean takesPushes() {
        return state == State.JOINED && link != null && link.isWritable();
    }

    /** Sends what is in the lane's outbox. */
    void flush() {
        if (link != null) {
            link.flush();
        } else {
            lane.outbox().clear();
        }
    }

    /** Begins another attempt at a connection. */
    void open() {
        state = State.CONNECTING;
        attempts++;
        connectStarted = lane.now();
        lane.inFlight(1);
        Link next = lane.link(this);
        link = next;
        next.open();
    }

    void connected() {
        state = State.UPGRADING;
    }

    /** The upgrade is done; what is put into the outbox goes out. */
    void upgraded(long now) {
        Lane.record(lane.connectTimes(), now - connectStarted);
        lane.counters().add(Count.OPENED, 1);
        failures = 0;
        if (lane.joinsAtOnce()) {
            join(now);
        } else {
            state = State.OPEN;
            up(now);
        }
    }

    /** Joins an open connection: the message is left in the outbox. */
    void join(long now) {
        if (state == State.OPEN) {
            lane.inFlight(1);
            lane.counters().add(Count.LIVE, -1);
        }
        state = State.JOINING;
        joinStarted = now;
        lane.outbox()
                .text("[\"" + JOIN_REF + "\",\"" + JOIN_REF + "\",\"" + new String(topic, StandardCharsets.US_ASCII)
                        + "\",\"phx_join\"," + joinParams() + "]");
    }

    private String joinParams() {
        if (!position.isEmpty()) {
            return "{\"position\":\"" + position + "\"}";
        }
        return lane.names().isEmpty() ? "{}" : "{\"name\":\"" + lane.names() + index + "\"}";
    }

    private void up(long now) {
        lane.inFlight(-1);
        lane.counters().add(Count.LIVE, 1);
        lane.succeeded(now);
    }

    /** A message of the server. */
    void received(byte[] in, int from, int to, long now) {
        Envelope message = lane.envelope();
        if (!message.read(in, from, to)) {
            lane.counters().add(Count.UNREADABLE, 1);
        } else if (message.isEvent(lane.traffic().delivery())) {
            lane.traffic().delivered(this, in, message.payload(), to, now);
        } else if (message.isEvent(REPLY)) {
            replied(message, now);
        } else if (message.isEvent(ERROR) || message.isEvent(CLOSE)) {
            lane.counters().add(Count.CHANNEL_ERRORS, 1);
        } else if (!lane.traffic().other(this, message, in, message.payload(), to)) {
            lane.counters().add(Count.OTHER, 1);
        }
    }

    private void replied(Envelope message, long now) {
        if (message.isTopic(PHOENIX)) {
            return;
        }
        if (message.ref() != JOIN_REF || state != State.JOINING) {
            lane.traffic().replied(this, message.ref(), message.isOk(), now);
        } else if (message.isOk()) {
            state = State.JOINED;
            if (lane.resumes()) {
                resumed(message);
            }
            Lane.record(lane.joinTimes(), now - joinStarted);
            lane.counters().add(Count.JOINED, 1);
            refusedJoins = 0;
            up(now);
        } else if (lane.mayRetry(attempts + refusedJoins)) {
            refusedJoins++;
            state = State.REFUSED;
            lane.counters().add(Count.REFUSED_JOINS, 1);
            lane.later(this::rejoin, millis(REJOIN_MILLIS, refusedJoins, LAST_REJOIN_MILLIS));
        } else {
            failed("join refused");
        }
    }

    private void resumed(Envelope message) {
        if (position.isEmpty()) {
            position = message.position();
        } else if (message.isRecovered()) {
            lane.counters().add(Count.RECOVERED, 1);
        }
    }

    private void rejoin() {
        if (state == State.REFUSED) {
            join(lane.now());
            flush();
        }
    }

    private static long millis(int[] table, int number, int last) {
        return TimeUnit.MILLISECONDS.toNanos(number <= table.length ? table[number - 1] : last);
    }

    /** The attempt or the connection has ended. */
    void failed(String why) {
        Count stage;
        switch (state) {
            case CONNECTING -> stage = Count.FAILED_CONNECTS;
            case UPGRADING -> stage = Count.FAILED_UPGRADES;
            case JOINING, REFUSED -> stage = Count.FAILED_JOINS;
            default -> stage = Count.LOST;
        }
        lane.counters().add(stage, 1);
        lane.failed("client " + index + " (" + stage.name().toLowerCase(Locale.ROOT) + "): " + why);
        if (stage == Count.LOST) {
            lane.counters().add(Count.LIVE, -1);
        } else {
            lane.inFlight(-1);
        }
        breakOff();
        if (lane.mayRetry(attempts)) {
            state = State.WAITING;
            lane.counters().add(Count.RETRIES, 1);
            failures++;
            lane.later(this::retry, millis(RETRY_MILLIS, failures, LAST_RETRY_MILLIS));
        } else {
            state = State.DEAD;
            lane.counters().add(Count.GIVEN_UP, 1);
        }
    }

    private void retry() {
        if (state == State.WAITING && lane.mayRetry(attempts)) {
            open();
        }
    }

    /** Breaks the connection off and leaves the state as it is, for the report. */
    void end() {
        breakOff();
    }

    /** Drops the connection as a network does that is gone, and starts anew. */
    void drop() {
        if (state == State.JOINED || state == State.OPEN) {
            lane.counters().add(Count.LIVE, -1);
        }
        breakOff();
        state = State.IDLE;
        attempts = 0;
        failures = 0;
        refusedJoins = 0;
    }

    private void breakOff() {
        if (link != null) {
            link.breakOff();
            link = null;
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
