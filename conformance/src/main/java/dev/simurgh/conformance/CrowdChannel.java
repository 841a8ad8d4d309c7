package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For crowds: who joins is there under the name that it gives, and each client hears of many in one message. */
public final class CrowdChannel {
    private final Presence presence;

    record Hello(@Nullable String name) {}

    private CrowdChannel(Presence presence) {
        this.presence = presence;
    }

    /** The channel as it is declared. */
    public static ChannelSpec<CrowdChannel> spec(Presence presence) {
        return ChannelSpec.builder(() -> new CrowdChannel(presence))
                .join(Hello.class, CrowdChannel::join)
                .nonBlocking()
                .build();
    }

    JoinResult join(Hello hello, Socket socket) {
        return presence.joinState(socket, hello.name() == null ? "" : hello.name(), Map.of());
    }
}
