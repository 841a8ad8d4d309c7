package dev.simurgh.micrometer;

import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.protocol.CloseCode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is counted of the connections of one socket over one transport. */
final class TransportMeters {
    private static final List<Integer> CODES = List.of(
            CloseCode.NORMAL,
            CloseCode.GOING_AWAY,
            CloseCode.PROTOCOL_ERROR,
            CloseCode.NO_CODE,
            CloseCode.BROKEN,
            CloseCode.INVALID_TEXT,
            CloseCode.POLICY_VIOLATION,
            CloseCode.TOO_BIG,
            CloseCode.INTERNAL_ERROR,
            CloseCode.SERVICE_RESTART,
            CloseCode.TRY_AGAIN_LATER,
            CloseCode.UNAUTHORIZED);

    /** Those that were decided about, by whom it may take a while. */
    private static final Set<ConnectOutcome> TIMED =
            Set.of(ConnectOutcome.OK, ConnectOutcome.REFUSED, ConnectOutcome.CRASHED);

    final Count malformed;
    final LazyTimer connectionDuration;
    private final CountEach<ConnectOutcome> connects;
    private final LazyTimer connectDuration;
    private final Map<Integer, Count> disconnects = new LinkedHashMap<>();
    private final Count otherCode;
    private final CountEach<PauseCause> pauses;
    private final Map<PauseCause, LazyTimer> pauseDurations = new EnumMap<>(PauseCause.class);

    TransportMeters(MeterSet meters, String socket, String transport) {
        connects = new CountEach<>(meters, Described.CONNECTS, ConnectOutcome.class, socket, transport);
        connectDuration = new LazyTimer(meters, Described.CONNECT_DURATION, socket, transport);
        CODES.forEach(code -> disconnects.put(
                code, new Count(meters, Described.DISCONNECTS, socket, transport, String.valueOf(code))));
        otherCode = new Count(meters, Described.DISCONNECTS, socket, transport, Values.OTHER);
        connectionDuration = new LazyTimer(meters, Described.CONNECTION_DURATION, socket, transport);
        malformed = new Count(meters, Described.MALFORMED_MESSAGES, socket, transport);
        pauses = new CountEach<>(meters, Described.PAUSES, PauseCause.class, socket, transport);
        for (PauseCause cause : PauseCause.values()) {
            pauseDurations.put(
                    cause, new LazyTimer(meters, Described.PAUSE_DURATION, socket, transport, Values.of(cause)));
        }
    }

    TransportMeters expectAll() {
        connects.expectAll();
        disconnects.values().forEach(Count::expect);
        otherCode.expect();
        pauses.expectAll();
        malformed.expect();
        return this;
    }

    void connected(ConnectOutcome outcome, long nanos) {
        connects.increment(outcome);
        if (TIMED.contains(outcome)) {
            connectDuration.record(nanos);
        }
    }

    /** The code may be any that the client made up. */
    void disconnected(int code, long nanos) {
        disconnects.getOrDefault(code, otherCode).add(1);
        connectionDuration.record(nanos);
    }

    void paused(PauseCause cause) {
        pauses.increment(cause);
    }

    void resumed(PauseCause cause, long nanos) {
        LazyTimer duration = pauseDurations.get(cause);
        if (duration != null) {
            duration.record(nanos);
        }
    }
}
