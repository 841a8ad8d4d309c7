package hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ChannelTest
class UserSocketTest {
    @TempDir
    Path folder;

    private TallyStore tallies;
    private SocketSpec userSocket;

    @BeforeEach
    void open() {
        tallies = TallyStore.open(folder.resolve("tally.db"));
        userSocket = UserSocket.spec(tallies);
    }

    @AfterEach
    void close() {
        tallies.close();
    }

    @Nested
    class Connect {
        @Test
        void canBeConnectedToWithoutParameters(ChannelCase chat) {
            chat.connect(userSocket);
        }
    }

    @Nested
    class Id {
        @Test
        void anIdentifierIsNotProvided(ChannelCase chat) {
            assertThat(chat.connect(userSocket).id()).isEmpty();
        }
    }

    @Nested
    class Channels {
        @Test
        void eachTopicHasItsChannel(ChannelCase chat) {
            Connected user = chat.connect(userSocket);

            assertThat(user.join("room:lobby", new ChatChannel.Enter("Attar")).channel(ChatChannel.class))
                    .isNotNull();
            assertThat(user.join("ping").channel(PingChannel.class)).isNotNull();
            assertThat(user.join("ping:1").channel(PingChannel.class)).isNotNull();
            assertThat(user.join("wild:2:4").channel(WildcardChannel.class)).isNotNull();
            assertThat(user.join("dupe").channel(DedupeChannel.class)).isNotNull();
            assertThat(user.join("tally:birds").channel(TallyChannel.class)).isNotNull();
        }
    }
}
