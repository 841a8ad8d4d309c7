package hello;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;

/** Lets each user into a topic of their own only. */
public final class UserChannel {
    record Unauthorized(String reason) {}

    record Whoami(@JsonProperty("user_id") long userId) {}

    static ChannelSpec<UserChannel> spec() {
        return ChannelSpec.builder(UserChannel::new)
                .join(UserChannel::join)
                .handleIn("whoami", UserChannel::whoami)
                .replies("whoami", Whoami.class)
                .build();
    }

    JoinResult join(Socket socket) {
        boolean own = socket.topic().equals("user:" + socket.assigns().get(AuthSocket.USER_ID));
        return own ? JoinResult.ok() : JoinResult.error(new Unauthorized("unauthorized"));
    }

    Result whoami(Socket socket) {
        return Result.ok(new Whoami(socket.assigns().get(AuthSocket.USER_ID)));
    }
}
