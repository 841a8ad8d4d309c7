package hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.Journal;
import dev.simurgh.presence.Presence;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UserSocketTest {
    private final Journal journal = Journal.inMemory();
    private final Presence presence = Presence.builder().build();
    private final SocketSpec userSocket =
            UserSocket.spec(Durable.of(journal, JacksonCodec.create(), Tally.spec()), presence);

    @RegisterExtension
    final ChannelCase.Extension kit =
            ChannelCase.builder().endpoint(endpoint -> endpoint.part(presence)).extension();

    @AfterEach
    void close() {
        journal.close();
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
