package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.transport.http.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client gets whose connection is ended for want of room. */
class TurnedAwayTest {
    private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private final HttpRig rig = new HttpRig("/a", exchange -> exchange.respond(Answer.empty(200)));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void whoIsAboutToAskIsTold() {
        rig.turnAway();

        assertThat(rig.answer()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void whoIsInTheMiddleOfALaterRequestIsTold() {
        rig.receive(REQUEST);
        assertThat(rig.answer()).startsWith("HTTP/1.1 200 ");
        rig.receive("GET /a HTTP/1.1\r\nHo");

        rig.turnAway();

        assertThat(rig.answer()).startsWith("HTTP/1.1 503 ");
    }

    /** Its next request may be on the way, and would have this for an answer; a connection that has ended is tried again. */
    @Test
    void whoIsBetweenTwoRequestsIsNotTold() {
        rig.receive(REQUEST);
        assertThat(rig.answer()).startsWith("HTTP/1.1 200 ");

        rig.turnAway();

        assertThat(rig.answer()).isEmpty();
    }
}
