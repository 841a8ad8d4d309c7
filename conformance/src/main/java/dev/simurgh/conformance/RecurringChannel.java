package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.token.Tokens;
import java.time.Duration;

/** Pushes a fresh token for its user every five seconds. */
public final class RecurringChannel {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private enum SendToken {
        INSTANCE
    }

    private record NewToken(String token) {}

    private final Tokens tokens;

    RecurringChannel(Tokens tokens) {
        this.tokens = tokens;
    }

    /** The channel as it is declared. */
    public static ChannelSpec<RecurringChannel> spec(Tokens tokens) {
        return ChannelSpec.builder(() -> new RecurringChannel(tokens))
                .join(RecurringChannel::join)
                .handleInfo(SendToken.class, RecurringChannel::sendToken)
                .pushes("new_token", NewToken.class)
                .build();
    }

    JoinResult join(Socket socket) {
        socket.sendAfter(INTERVAL, SendToken.INSTANCE);
        return JoinResult.ok();
    }

    Next sendToken(SendToken due, Socket socket) {
        Object userId = socket.assigns().get(AuthSocket.USER_ID);
        socket.push("new_token", new NewToken(tokens.sign(AuthSocket.SALT, userId)));
        socket.sendAfter(INTERVAL, due);
        return Result.noReply();
    }
}
