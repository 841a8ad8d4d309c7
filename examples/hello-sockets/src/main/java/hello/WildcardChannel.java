package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;

/** Lets a client in by its topic: {@code wild:a:b} is joinable when b is twice a. */
public final class WildcardChannel {
    record Pong(String ping) {}

    static ChannelSpec<WildcardChannel> spec() {
        return ChannelSpec.builder(WildcardChannel::new)
                .join(WildcardChannel::join)
                .handleIn("ping", WildcardChannel::ping)
                .replies("ping", Pong.class)
                .build();
    }

    JoinResult join(Socket socket) {
        String[] numbers = socket.topicRest().split(":", -1);
        int[] parsed = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            parsed[i] = Integer.parseInt(numbers[i]); // what is no number crashes the join
        }
        return parsed.length == 2 && parsed[1] == 2 * parsed[0] ? JoinResult.ok() : JoinResult.error();
    }

    Result ping(Socket socket) {
        return Result.ok(new Pong("pong"));
    }
}
