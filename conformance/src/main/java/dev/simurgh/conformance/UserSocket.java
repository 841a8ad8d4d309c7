package dev.simurgh.conformance;

import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.KeptTopics;

/** Everybody may connect. */
public final class UserSocket {
    private UserSocket() {}

    /** The socket as it is declared. */
    static SocketSpec spec(Limits limits, KeptTopics kept, Presences presences) {
        return channels(kept, presences).limits(limits).build();
    }

    /** The channels of this socket, for those that differ from it in who may connect. */
    static SocketSpec.Builder channels(KeptTopics kept, Presences presences) {
        return SocketSpec.builder()
                .channel("ping", PingChannel.spec())
                .channel("ping:*", PingChannel.spec())
                .channel("wild:*", WildChannel.spec())
                .channel("dupe", DedupeChannel.spec())
                .channel("load:*", LoadChannel.spec())
                .channel("work:*", LoadChannel.workSpec())
                .channel("kept:*", KeptChannel.spec(kept))
                .channel("small:*", KeptChannel.spec(kept))
                .channel("room:*", RoomChannel.spec())
                .channel("presence:*", PresenceChannel.spec(presences.recorded()))
                .channel("crowd:*", CrowdChannel.spec(presences.crowds()))
                .channel("bin:*", BinChannel.spec())
                .channel("crash:*", CrashChannel.spec());
    }
}
