package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.token.Tokens;
import java.time.Duration;

/** Sends its client a fresh token every five seconds. */
public final class RecurringChannel {
    record NewToken(String token) {}

    private enum SendToken {
        INSTANCE
    }

    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final Tokens tokens;

    private RecurringChannel(Tokens tokens) {
        this.tokens = tokens;
    }

    static ChannelSpec<RecurringChannel> spec(Tokens tokens) {
        return ChannelSpec.builder(() -> new RecurringChannel(tokens))
                .join(RecurringChannel::join)
                .handleInfo(SendToken.class, RecurringChannel::sendToken)
                .pushes("new_token", NewToken.class)
                .build();
    }

    JoinResult join(Socket socket) {
        socket.sendAfter(PERIOD, SendToken.INSTANCE);
        return JoinResult.ok();
    }

    Next sendToken(SendToken due, Socket socket) {
        socket.sendAfter(PERIOD, SendToken.INSTANCE);
        long user = socket.assigns().get(AuthSocket.USER_ID);
        socket.push("new_token", new NewToken(tokens.sign(AuthSocket.SALT, user)));
        return Result.noReply();
    }
}
