package hello;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import dev.simurgh.token.Tokens;
import hello.RecurringChannel.NewToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@ChannelTest
class RecurringChannelTest {
    private static final Tokens TOKENS =
            Tokens.of("a secret key base for tests, which is long enough: 0123456789abcdef0123456789");

    private Joined recurring;

    @BeforeEach
    void join(ChannelCase chat) {
        recurring = chat.socket("recurring", RecurringChannel.spec(TOKENS), Assigns.of(AuthSocket.USER_ID, 7L))
                .join("recurring");
    }

    @Test
    void aNewTokenIsPushedAfterFiveSeconds(ChannelCase chat) {
        chat.clock().advance(ofMillis(4_999));
        recurring.refutePush();

        chat.clock().advance(ofMillis(1));

        NewToken pushed = recurring.assertPush("new_token", NewToken.class);
        assertThat(TOKENS.verify("salt identifier", pushed.token()).as(Long.class))
                .contains(7L);
    }

    @Test
    void anotherOneComesEveryFiveSeconds(ChannelCase chat) {
        for (int i = 0; i < 3; i++) {
            recurring.refutePush();
            chat.clock().advance(ofSeconds(5));
            recurring.assertPush("new_token", NewToken.class);
        }
    }

    @Test
    void noneComesToAClientThatHasLeft(ChannelCase chat) {
        recurring.leave();

        chat.clock().advance(ofSeconds(60));

        recurring.refutePush();
        assertThat(chat.clock().waiting()).isZero();
    }
}
