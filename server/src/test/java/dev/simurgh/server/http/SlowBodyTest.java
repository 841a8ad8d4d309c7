package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a body may take, on a clock that the test owns. */
class SlowBodyTest {
    private static final int STEP = 64 << 10;
    private static final String HEAD = "POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: " + 5 * STEP + "\r\n\r\n";

    private final List<HttpExchange> heard = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final HttpRig rig = new HttpRig("/take", new Route<HttpExchange>() {
        @Override
        public void serve(HttpExchange exchange) {
            heard.add(exchange);
            bodies.add(exchange.body());
        }

        @Override
        public int maxBodyBytes() {
            return 10 * STEP;
        }
    });

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void whoseBodyComesIsWaitedFor() {
        rig.receive(HEAD);
        for (int i = 0; i < 5; i++) {
            rig.pass(Duration.ofSeconds(9));
            rig.receive("x".repeat(STEP));
        }
        assertThat(bodies).singleElement().satisfies(body -> assertThat(body).hasSize(5 * STEP));
        assertThat(rig.answer()).isEmpty();
    }

    @Test
    void whoSendsAByteNowAndThenIsNot() {
        rig.receive(HEAD);
        for (int i = 0; i < 9; i++) {
            rig.pass(Duration.ofSeconds(1));
            rig.receive("x");
        }
        assertThat(rig.answer()).isEmpty();
        rig.pass(Duration.ofSeconds(2));
        assertThat(rig.answer()).startsWith("HTTP/1.1 408 ");
        assertThat(heard).isEmpty();
    }

    @Test
    void aBodyHasItsTimeHoweverLongItsRequestWasWaitedFor() {
        rig.pass(Duration.ofSeconds(9));
        rig.receive(HEAD);
        rig.pass(Duration.ofSeconds(9));
        assertThat(rig.answer()).isEmpty();
        rig.receive("x".repeat(5 * STEP));
        assertThat(heard).hasSize(1);
    }

    @Test
    void whatWasRefusedIsNotKept() {
        rig.receive(HEAD + "x".repeat(STEP));
        assertThat(rig.terms.counters().pinnedBytes()).isEqualTo(STEP);
        rig.pass(Duration.ofSeconds(11));
        assertThat(rig.answer()).startsWith("HTTP/1.1 408 ");
        assertThat(rig.terms.counters().pinnedBytes()).isZero();
    }

    @Test
    void aBodyIsKeptUntilItsAnswerAndNoLonger() {
        rig.receive(HEAD + "x".repeat(5 * STEP));
        assertThat(rig.terms.counters().pinnedBytes()).isEqualTo(5 * STEP);
        heard.get(0).respond(Answer.empty(200));
        assertThat(rig.terms.counters().pinnedBytes()).isZero();
        assertThat(rig.answer()).startsWith("HTTP/1.1 200 ");
    }
}
