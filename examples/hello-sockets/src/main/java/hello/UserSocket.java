package hello;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Durable;
import dev.simurgh.presence.Presence;
import hello.Tally.Counted;

/** The socket for everybody. */
public final class UserSocket {
    private UserSocket() {}

    static SocketSpec spec(Durable<Tally, Counted> tallies, Presence presence) {
        return SocketSpec.builder()
                .channel("room:*", ChatChannel.spec(presence))
                .channel("ping", PingChannel.spec())
                .channel("ping:*", PingChannel.spec())
                .channel("wild:*", WildcardChannel.spec())
                .channel("dupe", DedupeChannel.spec())
                .channel("tally:*", TallyChannel.spec(tallies))
                .build();
    }
}
