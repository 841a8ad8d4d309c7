package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.poll.SessionTokens.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-28T06:00:00Z");
    private static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");
    private static final Place PLACE = new Place(new NodeId("a@h", 7), "id");

    private static SessionTokens at(Instant time, String mountPath) {
        return new SessionTokens(
                LongPollOptions.builder(TOKENS.at(time))
                        .tokenMaxAge(Duration.ofDays(14))
                        .build(),
                mountPath);
    }

    @Test
    void aTokenTellsWhereItsSessionIs() {
        assertThat(at(NOW, "/socket").read(at(NOW, "/socket").sign(PLACE))).contains(PLACE);
        assertThat(at(NOW, "/other").read(at(NOW, "/socket").sign(PLACE))).isEmpty();
    }

    @Test
    void aClockThatIsBehindOrWasSetBackEndsNoSession() {
        String token = at(NOW, "/socket").sign(PLACE);
        for (Duration jump : List.of(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(400))) {
            assertThat(at(NOW.minus(jump), "/socket").read(token))
                    .as("%s back", jump)
                    .contains(PLACE);
        }
        assertThat(at(NOW.plus(Duration.ofHours(1)), "/socket").read(token)).contains(PLACE);
    }

    @Test
    void aTokenIsGoodForItsMaxAge() {
        String token = at(NOW, "/socket").sign(PLACE);
        assertThat(at(NOW.plus(Duration.ofDays(14)), "/socket").read(token)).contains(PLACE);
        assertThat(at(NOW.plus(Duration.ofDays(14)).plusSeconds(1), "/socket").read(token))
                .isEmpty();
    }

    @Test
    void whatIsNotSignedForItIsNone() {
        SessionTokens tokens = at(NOW, "/socket");
        String token = tokens.sign(PLACE);
        for (String other : List.of("", ".", token + "x", TOKENS.sign("another salt", List.of("a@h", 7L, "id")))) {
            assertThat(tokens.read(other)).as(other).isEmpty();
        }
    }
}
