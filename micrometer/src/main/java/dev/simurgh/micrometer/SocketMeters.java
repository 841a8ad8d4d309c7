package dev.simurgh.micrometer;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.SocketMount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is counted of one socket: by transport, by channel, by limit. */
final class SocketMeters {
    /** Those of the server that is ours; of others there may be any number. */
    private static final List<String> TRANSPORTS = List.of("websocket", "longpoll");

    private final Map<String, TransportMeters> transports = new HashMap<>();
    private final TransportMeters otherTransport;
    private final Map<String, ChannelMeters> channels = new HashMap<>();
    private final ChannelMeters otherChannel;
    private final CountEach<Limit> limits;

    private SocketMeters(MeterSet meters, String socket) {
        otherTransport = new TransportMeters(meters, socket, Values.OTHER);
        otherChannel = new ChannelMeters(meters, socket, Values.OTHER);
        limits = new CountEach<>(meters, Described.LIMITS_REACHED, Limit.class, socket);
    }

    /** Those of a socket that is declared. */
    static SocketMeters of(MeterSet meters, SocketMount mount) {
        String socket = mount.path();
        SocketMeters made = new SocketMeters(meters, socket);
        TRANSPORTS.forEach(transport ->
                made.transports.put(transport, new TransportMeters(meters, socket, transport).expectAll()));
        mount.spec()
                .channels()
                .forEach(
                        (pattern, spec) -> made.channels.put(pattern, ChannelMeters.of(meters, socket, pattern, spec)));
        made.channels.put("", ChannelMeters.ofNoRoute(meters, socket));
        made.limits.expectAll();
        return made;
    }

    /** Those of what happens before a socket is known, or without one. */
    static SocketMeters none(MeterSet meters) {
        SocketMeters made = new SocketMeters(meters, Values.NONE);
        ChannelMeters outside = new ChannelMeters(meters, Values.NONE, Values.NONE);
        outside.broadcasts.expect();
        made.channels.put("", outside);
        made.limits.expectAll();
        return made;
    }

    /** Those of sockets that no path leads to, such as a test kit's. */
    static SocketMeters other(MeterSet meters) {
        return new SocketMeters(meters, Values.OTHER);
    }

    TransportMeters transport(String name) {
        return transports.getOrDefault(name, otherTransport);
    }

    ChannelMeters channel(String pattern) {
        return channels.getOrDefault(pattern, otherChannel);
    }

    void limited(Limit limit) {
        limits.increment(limit);
    }
}
