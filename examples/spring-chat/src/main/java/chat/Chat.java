package chat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.presence.Presence;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.token.Tokens;
import dev.simurgh.token.Verified;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is there once: the journal, presence, the topics that are kept, and the socket. */
@Configuration(proxyBeanMethods = false)
class Chat {
    static final String SALT = "socket";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Tokens tokens(Secrets secrets) {
        return Tokens.builder(secrets.of("tokens")).maxAge(Duration.ofDays(1)).build();
    }

    @Bean
    Journal journal(DataSource pool, ChatProperties properties) {
        return Journal.builder(JdbcStore.sqlite(properties.data()).open()).build();
    }

    @Bean
    KeptTopics kept(Journal journal) {
        return KeptTopics.builder(journal)
                .keep("room:*", Retention.builder().maxEntries(100_000).build())
                .user(socket -> socket.assigns().get(Who.KEY).login())
                .build();
    }

    @Bean
    Presence presence() {
        return Presence.builder().build();
    }

    @Bean
    SocketSpec socket(Tokens tokens, Users users) {
        return SocketSpec.builder()
                .connect(request -> {
                    Verified token = tokens.verify(SALT, request.param("token").orElse(""));
                    Optional<Who> who =
                            token.as(String.class).flatMap(users::find).map(user -> new Who(user.login(), user.name()));
                    return who.map(known -> ConnectResult.ok(Assigns.of(Who.KEY, known)))
                            .orElseGet(ConnectResult::refuse);
                })
                .id(assigns -> UserChannel.topic(assigns.get(Who.KEY).login()))
                .build();
    }

    @Bean
    @SimurghChannel("lobby")
    ChannelSpec<LobbyChannel> lobby(Rooms rooms, Presence presence, Clock clock) {
        return LobbyChannel.spec(rooms, presence, clock);
    }

    @Bean
    @SimurghChannel("room:*")
    ChannelSpec<RoomChannel> room(Rooms rooms, Archive archive, KeptTopics kept, Clock clock) {
        return RoomChannel.spec(rooms, archive, kept, clock);
    }

    @Bean
    @SimurghChannel("user:*")
    ChannelSpec<UserChannel> user() {
        return UserChannel.spec();
    }
}
