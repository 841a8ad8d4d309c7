package dev.simurgh.conformance;

import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.KeptTopics;

/** Everybody may connect. */
public final class UserSocket {
    private UserSocket() {}

    /** The socket as it is declared. */
    public static SocketSpec spec(Limits limits, KeptTopics kept) {
        return channels(kept).limits(limits).build();
    }

    /** The channels of this socket, for those that differ from it in who may connect. */
    static SocketSpec.Builder channels(KeptTopics kept) {
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
                .channel("bin:*", BinChannel.spec())
                .channel("crash:*", CrashChannel.spec());
    }
}
