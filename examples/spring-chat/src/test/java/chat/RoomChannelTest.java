package chat;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;

import chat.RoomChannel.Read;
import chat.RoomChannel.Standing;
import dev.simurgh.channel.Assigns;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.spring.test.SimurghTest;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** What a room decides; that nothing is lost in it, is ChatPageTest's. */
@SimurghTest({RoomChannel.class, UserChannel.class})
class RoomChannelTest {
    private static final Assigns.Key<Authentication> AUTHENTICATION = Assigns.key("authentication");

    @MockitoBean
    Users users;

    @MockitoBean
    Rooms rooms;

    @MockitoBean
    Archive archive;

    @MockitoBean
    KeptTopics kept;

    @BeforeEach
    void thereIsAGarden() {
        given(rooms.has("garden")).willReturn(true);
        given(archive.standing(any())).willReturn(new Standing(7, 5));
    }

    private static Connected attar(ChannelCase chat) {
        Authentication attar = UsernamePasswordAuthenticationToken.authenticated("attar", null, List.of());
        return chat.socket(chat.mounted("/socket"), "user_socket:attar", Assigns.of(AUTHENTICATION, attar));
    }

    @Test
    void whoJoinsIsToldWhatWasNotRead(ChannelCase chat) {
        attar(chat).tryJoin("room:garden").assertOk(new Standing(7, 5));
    }

    @Test
    void aRoomThatIsNoneIsRefused(ChannelCase chat) {
        attar(chat).tryJoin("room:nowhere").assertError(Map.of("reason", "no such room"));
    }

    @Test
    void theOtherWindowsOfAUserHearHowFarOneHasRead(ChannelCase chat) {
        given(archive.read(any(), eq("e:7"))).willReturn(Optional.of(7L));
        Joined other = attar(chat).join("user:attar");
        Joined room = attar(chat).join("room:garden");

        room.push("read", new Read("e:7"));
        room.push("read", new Read("nonsense"));

        other.assertPushes("read", new UserChannel.Read("garden", 7));
    }

    @Test
    void nobodyHearsWhatTheOthersRead(ChannelCase chat) {
        attar(chat).tryJoin("user:hoopoe").assertError(Map.of("reason", "not yours"));
    }

    @Test
    void whatIsBlankOrTooLongIsNotSaid(ChannelCase chat) {
        Joined room = attar(chat).join("room:garden");

        for (String text : List.of(" ", "x".repeat(RoomChannel.LONGEST + 1))) {
            room.assertReply(
                    room.push("say", Map.of("text", text, "key", "a")), "error", Map.of("reason", "invalid payload"));
        }
    }
}
