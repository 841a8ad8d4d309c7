package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;

/** A user's own topic, {@code user:ID}. */
public final class UserChannel {
    private record Refusal(String reason) {}

    private record User(Object userId) {}

    /** The channel as it is declared. */
    public static ChannelSpec<UserChannel> spec() {
        return ChannelSpec.builder(UserChannel::new)
                .join(UserChannel::join)
                .handleIn("whoami", UserChannel::whoami)
                .replies("whoami", User.class)
                .build();
    }

    JoinResult join(Socket socket) {
        boolean own = socket.topic().equals("user:" + socket.assigns().get(AuthSocket.USER_ID));
        return own ? JoinResult.ok() : JoinResult.error(new Refusal("unauthorized"));
    }

    Result whoami(Socket socket) {
        return Result.ok(new User(socket.assigns().get(AuthSocket.USER_ID)));
    }
}
