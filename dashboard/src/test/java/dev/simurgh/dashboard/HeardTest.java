package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import org.junit.jupiter.api.Test;

class HeardTest {
    @Test
    void aLimitThatWasReachedAtOneSocketWasNotReachedAtAnother() {
        SocketSpec socket = SocketSpec.builder().build();
        try (Endpoint endpoint = Endpoint.builder()
                .codec(JacksonCodec.create())
                .socket("/socket", socket)
                .socket("/other", socket)
                .build()) {
            Heard heard = new Heard(new CrashLog(() -> 0, () -> 0));
            heard.know(endpoint.backstage().mounts());
            heard.limited("/socket", "websocket", Limit.CHANNELS);
            heard.limited("", "websocket", Limit.CONNECTIONS);
            assertThat(heard.limits.get(Limit.CHANNELS))
                    .extracting(Tally::total)
                    .isEqualTo(1L);
            assertThat(heard.limitsOf("/socket").get(Limit.CHANNELS))
                    .extracting(Tally::total)
                    .isEqualTo(1L);
            assertThat(heard.limitsOf("/other").get(Limit.CHANNELS))
                    .extracting(Tally::total)
                    .isEqualTo(0L);
            assertThat(heard.limitsOf("")).isEmpty();
        }
    }
}
