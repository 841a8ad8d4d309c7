package hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.slf4j.event.Level.ERROR;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class AuthSocketTest {
    private static final Tokens TOKENS =
            Tokens.of("a secret key base for tests, which is long enough: 0123456789abcdef0123456789");
    private static final SocketSpec AUTH_SOCKET = AuthSocket.spec(TOKENS);

    private static ConnectInfo token(long user) {
        return token(TOKENS.sign("salt identifier", user));
    }

    private static ConnectInfo token(String token) {
        return ConnectInfo.builder().authToken(token).build();
    }

    @Nested
    class ConnectSuccess {
        @Test
        void canBeConnectedToWithAValidToken(ChannelCase chat) {
            chat.connect(AUTH_SOCKET, Map.of(), token(1));
            chat.connect(AUTH_SOCKET, Map.of(), token(2));
        }

        @Test
        void channelsKnowTheUser(ChannelCase chat) {
            var user = chat.connect(AUTH_SOCKET, Map.of(), token(7));

            assertThat(user.assigns().get(AuthSocket.USER_ID)).isEqualTo(7);
            assertThat(user.join("recurring").channel(RecurringChannel.class)).isNotNull();
            assertThat(user.join("user:7").channel(UserChannel.class)).isNotNull();
        }
    }

    @Nested
    class ConnectError {
        @Test
        void cannotBeConnectedToWithAnInvalidSalt(ChannelCase chat) {
            chat.tryConnect(AUTH_SOCKET, Map.of(), token(TOKENS.sign("invalid", 1L)))
                    .assertRefused("invalid");

            chat.logs().assertLogged(ERROR, "AuthSocket connect error invalid");
        }

        @Test
        void cannotBeConnectedToWithoutAToken(ChannelCase chat) {
            chat.tryConnect(AUTH_SOCKET, Map.of()).assertRefused("missing token");

            chat.logs().assertLogged(ERROR, "AuthSocket connect error missing token");
        }

        @Test
        void cannotBeConnectedToWithAFakeToken(ChannelCase chat) {
            chat.tryConnect(AUTH_SOCKET, Map.of(), token("nonsense")).assertRefused("invalid");

            chat.logs().assertLogged(ERROR, "AuthSocket connect error invalid");
        }

        @Test
        void cannotBeConnectedToWithYesterdaysToken(ChannelCase chat) {
            Tokens yesterday = TOKENS.at(Instant.now().minus(Duration.ofDays(2)));
            ConnectInfo expired = token(yesterday.sign("salt identifier", 1L));

            chat.tryConnect(AUTH_SOCKET, Map.of(), expired).assertRefused("expired");
        }
    }

    @Nested
    class InTheAddress {
        @Test
        void aTokenDoesNotCount(ChannelCase chat) {
            chat.tryConnect(AUTH_SOCKET, Map.of("token", TOKENS.sign("salt identifier", 1L)))
                    .assertRefused("missing token");
        }
    }

    @Nested
    class Id {
        @Test
        void anIdentifierIsBasedOnTheConnectedId(ChannelCase chat) {
            assertThat(chat.connect(AUTH_SOCKET, Map.of(), token(1)).id()).contains("auth_socket:1");
            assertThat(chat.connect(AUTH_SOCKET, Map.of(), token(2)).id()).contains("auth_socket:2");
        }

        @Test
        void aUserIsSentAwayByIdentifier(ChannelCase chat) {
            var one = chat.connect(AUTH_SOCKET, Map.of(), token(1));
            var two = chat.connect(AUTH_SOCKET, Map.of(), token(2)).join("user:2");

            chat.endpoint().disconnect("auth_socket:1");

            one.assertClosed(1001);
            two.refuteStopped();
        }
    }
}
