package chat;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import chat.LobbyChannel.Directory;
import chat.LobbyChannel.Here;
import chat.LobbyChannel.Open;
import chat.LobbyChannel.Opened;
import chat.Rooms.Room;
import dev.simurgh.channel.Assigns;
import dev.simurgh.spring.test.SimurghTest;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

@SimurghTest(LobbyChannel.class)
class LobbyChannelTest {
    private static final Assigns.Key<Authentication> AUTHENTICATION = Assigns.key("authentication");
    private static final Room GARDEN = new Room("garden", "The garden");

    @MockitoBean
    Users users;

    @MockitoBean
    Rooms rooms;

    @BeforeEach
    void thereIsAGarden() {
        given(users.get("attar")).willReturn(new User("attar", "Attar", "", false));
        given(rooms.all()).willReturn(List.of(GARDEN));
        given(rooms.has("garden")).willReturn(true);
    }

    private static Joined join(ChannelCase chat) {
        Authentication attar = UsernamePasswordAuthenticationToken.authenticated("attar", null, List.of());
        return chat.socket(chat.mounted("/socket"), "user_socket:attar", Assigns.of(AUTHENTICATION, attar))
                .tryJoin("lobby", new Here("", false))
                .assertOk(new Directory(List.of(GARDEN)));
    }

    @Test
    void aNewRoomIsThereForEverybody(ChannelCase chat) {
        Joined one = join(chat);
        Joined other = join(chat);

        var ref = one.push("open", new Open("  The   lake "));

        Room lake = new Room("the-lake", "The lake");
        one.assertReply(ref, "ok", new Opened("the-lake"));
        other.assertPush("room", lake);
        verify(rooms).open(eq(lake), anyLong());
    }

    @Test
    void aRoomThatIsThereIsJustAsWell(ChannelCase chat) {
        Joined one = join(chat);

        one.assertReply(one.push("open", new Open("Garden")), "ok", new Opened("garden"));

        verify(rooms, never()).open(any(), anyLong());
    }

    @Test
    void aNameThatIsNoneIsRefusedWithTheReason(ChannelCase chat) {
        Joined one = join(chat);

        one.assertReply(
                one.push("open", new Open("!?")),
                "error",
                Map.of("reason", "A room's name has 1 to 40 characters, and a letter or digit."));
    }
}
