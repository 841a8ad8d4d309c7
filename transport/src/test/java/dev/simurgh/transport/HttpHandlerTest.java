package dev.simurgh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What handlers take and give, without a server. */
class HttpHandlerTest {

    @Test
    void aTestMakesARequestAsTheServerDoes() {
        Request request = Request.builder("POST", "/hooks/7?a=1&a=2&b%20c=%C3%B6")
                .param("id", "7")
                .header("Content-Type", "text/plain")
                .header("Cookie", "a=1")
                .header("Cookie", "b=2")
                .body("grüße")
                .build();

        assertThat(request.params()).isEqualTo(Map.of("a", "2", "b c", "ö", "id", "7"));
        assertThat(request.header("content-type")).contains("text/plain");
        assertThat(request.cookies()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(request.text()).isEqualTo("grüße");
        assertThat(Request.builder("GET", "/").build().body()).isEmpty();
    }

    @Test
    void whatAClientSentStaysAsItIs() {
        Request request = Request.builder("GET", "/?a=1&b[c]=2&d[]=3").build();

        for (Map<?, ?> map : List.of(request.params(), request.nested(), request.headers())) {
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(map::clear);
        }
        for (Object value : request.nested().values()) {
            if (value instanceof Map<?, ?> map) {
                assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(map::clear);
            } else if (value instanceof List<?> list) {
                assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(list::clear);
            }
        }
        assertThat(request.nested()).hasToString("{a=1, b={c=2}, d=[3]}");
    }

    @Test
    void whatIsNoRequestIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Request.builder("GET", "token"))
                .withMessage("target: token (expected: a path and perhaps a query, such as /token?user=1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Request.builder("GET", "/?a=%FF"))
                .withMessage("target: /?a=%FF (expected: a query in UTF-8 of at most 1000 parameters, nested at most 16"
                        + " deep)");
        assertThatIllegalArgumentException().isThrownBy(() -> Request.builder("get", "/"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Request.builder("GET", "/").header("a b", "c"))
                .withMessage("header: a b (expected: a name of letters, digits and !#$%&'*+-.^_`|~)");
    }

    @Test
    void anAnswerIsMadeFromAnother() {
        Response text = Response.text("no").withStatus(429).withHeader("Retry-After", "30");
        assertThat(text.status()).isEqualTo(429);
        assertThat(text.text()).isEqualTo("no");
        assertThat(text.headers())
                .isEqualTo(Map.of("Content-Type", List.of("text/plain; charset=utf-8"), "Retry-After", List.of("30")));
        assertThat(text.withHeader("content-type", "text/html").header("Content-Type"))
                .contains("text/html");
        assertThat(text.header("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(Response.json("{}").header("content-type")).contains("application/json; charset=utf-8");
        assertThat(Response.of(404).body()).isEmpty();
        assertThat(Response.builder().body("image/png", new byte[3]).build().body())
                .hasSize(3);
    }

    @Test
    void whatCannotBeSentIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Response.of(101))
                .withMessage("status: 101 (expected: 200 to 599)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Response.text("x").withStatus(204))
                .withMessage("status: 204 with a body of 1 bytes (expected: none, which 204, 205 and 304 do not have)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Response.of(200).withHeader("content-length", "9"))
                .withMessage("header: content-length (expected: none of [Connection, Content-Length, Date,"
                        + " Transfer-Encoding, Upgrade], which the server sets)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Response.of(200).withHeader("Location", "/a\r\nSet-Cookie: b"))
                .withMessage(
                        "header Location: /a??Set-Cookie: b (expected: one line of Latin-1; encode other characters,"
                                + " in percent escapes for example)");
        assertThatIllegalArgumentException().isThrownBy(() -> Response.of(200).withHeader("X", "\u20ac"));
    }
}
