package dev.simurgh.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.SocketSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostedTermsTest {
    @Test
    void aRefusalTellsWhichLimitWasReached() {
        List<Limit> limited = new ArrayList<>();
        OpenRequests open = new OpenRequests();
        try (Endpoint endpoint = Endpoint.builder()
                .socket("/socket", SocketSpec.builder().build())
                .build()) {
            HostedTerms terms = new HostedTerms(
                    open,
                    new HostedBodies(1),
                    1,
                    () -> false,
                    endpoint.backstage().clientLog(),
                    limited::add);
            for (int status : new int[] {413, 503, 408, 400}) {
                terms.refused(status, "/10.0.0.7:4711");
            }
        }
        assertThat(limited).containsExactly(Limit.BODY_BYTES, Limit.PENDING_BYTES, Limit.HANDSHAKE_TIMEOUT);
        assertThat(open.refusedTotal()).isEqualTo(4);
    }
}
