package hello;

import static org.slf4j.event.Level.ERROR;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import hello.WildcardChannel.Pong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class WildcardChannelTest {
    private Connected user;

    @BeforeEach
    void connect(ChannelCase chat) {
        user = chat.socket("wild:*", WildcardChannel.spec());
    }

    @Nested
    class JoinSuccess {
        @Test
        void okWhenNumbersAreInTheFormatAToBWhereBIsTwiceA() {
            user.join("wild:2:4");
        }
    }

    @Nested
    class JoinError {
        @Test
        void errorWhenBIsNotExactlyTwiceA() {
            user.tryJoin("wild:1:3").assertError();
        }

        @Test
        void errorWhenThreeNumbersAreProvided() {
            user.tryJoin("wild:1:2:3").assertError();
        }
    }

    @Nested
    class JoinErrorCausingCrash {
        @Test
        void errorWithAnInvalidFormatTopic(ChannelCase chat) {
            user.tryJoin("wild:invalid").assertCrashed();

            chat.logs().assertLogged(ERROR, "an exception was raised", NumberFormatException.class);
        }
    }

    @Nested
    class HandleInPing {
        @Test
        void aPongResponseIsProvided() {
            var wild = user.join("wild:2:4");
            var ref = wild.push("ping");

            wild.assertReply(ref, "ok", new Pong("pong"));
        }
    }
}
