package hello;

import dev.simurgh.channel.SocketSpec;

/** The socket for everybody. */
public final class UserSocket {
    private UserSocket() {}

    static SocketSpec spec(String nodeName, TallyStore tallies) {
        return SocketSpec.builder()
                .channel("ping", PingChannel.spec(nodeName))
                .channel("ping:*", PingChannel.spec(nodeName))
                .channel("wild:*", WildcardChannel.spec())
                .channel("dupe", DedupeChannel.spec())
                .channel("tally:*", TallyChannel.spec(tallies))
                .build();
    }
}
