package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.server.RawClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients and proxies write into the first line of a request. */
class TargetsTest {
    private static final String SOCKET = "/info_socket/acme/websocket?vsn=2.0.0";

    private final TestServer test = TestServer.start();

    @AfterEach
    void stop() {
        test.close();
    }

    private Answer upgrade(String target, String... headers) {
        try (RawClient client = test.client()) {
            return client.upgrade(target, headers);
        }
    }

    private Answer request(String text) {
        try (RawClient client = test.client()) {
            return client.request(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.com:4000", "HTTP://EXAMPLE.com", "https://[::1]:4000", "ws://example.com"})
    void allOfAnAddressMayBeAskedFor(String front) {
        assertThat(upgrade(front + SOCKET).status()).isEqualTo(101);
        assertThat(test.asked.remove().info().uri().path()).isEqualTo("/info_socket/acme/websocket");
    }

    @Test
    void theHostOfTheAddressGoesOverThatOfTheHeader() {
        Answer same = upgrade("http://example.com:99" + SOCKET, "Origin: http://Example.COM");
        assertThat(same.status()).isEqualTo(101);
        ConnectRequest request = test.asked.remove();
        assertThat(request.info().uri()).hasToString("http://example.com:99" + SOCKET);
        assertThat(request.info().header("host")).contains("example.com:99");
        assertThat(upgrade("http://example.com:99" + SOCKET, "Origin: http://localhost:4000")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whatStandsBehindTheHashIsCutOff() {
        assertThat(upgrade(SOCKET + "#room?vsn=9.0.0").status()).isEqualTo(101);
        assertThat(test.asked.remove().info().uri().query()).isEqualTo("vsn=2.0.0");
        assertThat(upgrade("/socket/websocket#here").status()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS *, 204",
        "GET *, 400",
        "GET health, 400",
        "GET ftp://localhost/health, 400",
        "GET http:///health, 400",
        "GET http://user@localhost/health, 400",
        "GET http://localhost/health, 200",
        "GET http://localhost, 404",
        "CONNECT localhost:4000, 501",
        "CONNECT /health, 501"
    })
    void everyFormHasADefinedAnswer(String line, int status) {
        assertThat(request(line + " HTTP/1.1\r\nHost: localhost:4000\r\n\r\n").status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 200", "HTTP/1.1, 200", "HTTP/1.2, 200", "HTTP/2.0, 505", "HTTP/0.9, 505", "HTTP, 400"})
    void aVersionThatIsNotSpokenIsRefused(String version, int status) {
        assertThat(request("GET /health " + version + "\r\nHost: a\r\n\r\n").status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a b", "Host: a/b", "Host: u@a", "Host: a:b", "Host: a\r\nHost: a", "X: y"})
    void thereIsOneHostAndItIsOne(String header) {
        assertThat(request("GET /health HTTP/1.1\r\n" + header + "\r\n\r\n"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(
                        400, "Bad Request: header Host (expected: exactly one, with a host and perhaps a port)");
    }

    @Test
    void anEmptyHostIsThatOfAnAddressWithoutOne() {
        assertThat(request("GET /health HTTP/1.1\r\nHost:\r\n\r\n").status()).isEqualTo(200);
        assertThat(upgrade("/socket/websocket", "Origin: file://").status()).isEqualTo(403);
    }

    @Test
    void theMethodsOfAFileAndOfHealthAreTold() {
        for (String method : new String[] {"OPTIONS", "POST"}) {
            try (RawClient client = test.client()) {
                Answer answer = client.request(method, "/health", "Content-Length: 0");
                assertThat(answer.status()).isEqualTo(method.equals("OPTIONS") ? 204 : 405);
                assertThat(answer.headers()).containsEntry("allow", "GET, HEAD, OPTIONS");
            }
        }
    }
}
