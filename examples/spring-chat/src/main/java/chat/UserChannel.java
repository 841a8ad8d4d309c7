package chat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import java.util.Map;

/** What the windows of one user tell each other: whoever reads a message in one, has read it in all. */
final class UserChannel {
    /** How far the user has read, by the number of the message. */
    record Read(String room, long number) {}

    static ChannelSpec<UserChannel> spec() {
        return ChannelSpec.builder(UserChannel::new).join(UserChannel::join).build();
    }

    static String topic(String login) {
        return "user:" + login;
    }

    JoinResult join(Socket socket) {
        boolean own = socket.topicRest().equals(socket.assigns().get(Who.KEY).login());
        return own ? JoinResult.ok() : JoinResult.error(Map.of("reason", "not yours"));
    }
}
