package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The server shows its meters in the text format of Prometheus. */
class ScrapeTest {
    @Test
    void theServerIsScraped() throws Exception {
        ConformanceServer server = ConformanceServer.start(0);
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body())
                    .contains("simurgh_drops_total{endpoint=\"simurgh\",kind=\"channel_behind\"} 0.0")
                    .contains("jvm_memory_used_bytes")
                    .doesNotContain("NaN\nsimurgh");
        } finally {
            server.stop().join();
        }
    }
}
