package chat;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.Broadcasts;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.TopicRest;
import java.util.Map;
import org.springframework.security.core.Authentication;

/** What the windows of one user tell each other: whoever reads a message in one, has read it in all. */
@SimurghChannel("user:*")
@Broadcasts(event = "read", type = UserChannel.Read.class)
class UserChannel {
    /** How far the user has read, by the number of the message. */
    record Read(String room, long number) {}

    static String topic(String login) {
        return "user:" + login;
    }

    @Join
    JoinResult join(@TopicRest String login, @Assign("authentication") Authentication user) {
        return login.equals(user.getName()) ? JoinResult.ok() : JoinResult.error(Map.of("reason", "not yours"));
    }
}
