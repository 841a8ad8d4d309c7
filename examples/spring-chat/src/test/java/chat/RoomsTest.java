package chat;

import static org.assertj.core.api.Assertions.assertThat;

import chat.Rooms.Room;
import dev.simurgh.channel.Limits;
import org.junit.jupiter.api.Test;

class RoomsTest {
    @Test
    void aPageMayJoinAllRoomsOverOneConnection() {
        int others = 2; // the lobby, and the topic of the user

        assertThat(Rooms.MOST + others).isLessThanOrEqualTo(Limits.defaults().maxChannels());
    }

    @Test
    void aNameThatIsLongAsAnAddressIsNone() {
        assertThat(Room.of("\uFDFA".repeat(40))).isEmpty(); // each is eighteen letters in the address
        assertThat(Room.of("x".repeat(41))).isEmpty();
        assertThat(Room.of("x".repeat(40))).contains(new Room("x".repeat(40), "x".repeat(40)));
    }

    @Test
    void whatCannotBeShownIsNotInAName() {
        assertThat(Room.of("\u0000the\u0007 \uD800lake\n")).contains(new Room("the-lake", "the lake"));
        assertThat(Room.of(null)).isEmpty();
    }
}
