package hello;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Durable;
import hello.Tally.Counted;

/** The socket for everybody. */
public final class UserSocket {
    private UserSocket() {}

    static SocketSpec spec(Durable<Tally, Counted> tallies) {
        return SocketSpec.builder()
                .channel("room:*", ChatChannel.spec())
                .channel("ping", PingChannel.spec())
                .channel("ping:*", PingChannel.spec())
                .channel("wild:*", WildcardChannel.spec())
                .channel("dupe", DedupeChannel.spec())
                .channel("tally:*", TallyChannel.spec(tallies))
                .build();
    }
}
