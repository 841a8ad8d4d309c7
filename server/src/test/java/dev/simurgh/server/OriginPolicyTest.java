package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "http://example.com, true",
        "https://example.com, true",
        "https://example.com:8080, true",
        "//example.com, true",
        "http://example.com/path, true",
        "https://sub.example.com, false",
        "https://notexample.com, false",
        "http://EXAMPLE.com, false",
        "null, false",
        "example.com, false",
        "file://, false",
        "'', false",
        "http://example.com@evil.com, false",
        "http://evil.com\\@example.com, false",
        "http://evil.com#//example.com, false",
        "javascript://example.com:port, false"
    })
    void aHostAllowsAnySchemeAndPort(String origin, boolean allowed) {
        assertThat(OriginPolicy.of("//example.com").allows(origin, "localhost:4000"))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example.com:8443, true",
        "https://a.b.example.com:8443, true",
        "https://example.com:8443, true",
        "http://a.example.com:8443, false",
        "https://a.example.com, false",
        "https://badexample.com:8443, false"
    })
    void aStarStandsForSubDomains(String origin, boolean allowed) {
        assertThat(OriginPolicy.of("https://*.example.com:8443").allows(origin, "localhost"))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"https://example.com, true", "https://example.com:443, true", "https://example.com:8443, false"})
    void aSchemeImpliesItsPort(String origin, boolean allowed) {
        assertThat(OriginPolicy.of("//other", "https://example.com").allows(origin, "localhost"))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost, localhost:4000, true",
        "https://localhost:9, localhost, true",
        "http://127.0.0.1:4000, localhost:4000, false",
        "http://LOCALHOST, localhost, false",
        "http://[::1]:4000, [::1]:4000, true",
        "http://[::1], [::2]:4000, false",
        "http://my_host, my_host:80, true",
        "null, localhost, false"
    })
    void theSameHostIsThatOfTheRequest(String origin, String host, boolean allowed) {
        assertThat(OriginPolicy.sameHost().allows(origin, host)).isEqualTo(allowed);
    }

    @Test
    void othersDoAsTheyAreTold() {
        assertThat(OriginPolicy.any().allows("null", "")).isTrue();
        assertThat(OriginPolicy.host("example.com").allows("http://example.com:1", "localhost"))
                .isTrue();
        assertThat(OriginPolicy.custom((origin, host) -> origin.equals(host)).allows("a", "a"))
                .isTrue();
    }

    @Test
    void aPatternNeedsAHost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginPolicy.of("example.com"))
                .withMessage("origin: example.com (expected: a host with '//' or a scheme before it, such as"
                        + " //example.com)");
        assertThatIllegalArgumentException().isThrownBy(OriginPolicy::of).withMessageContaining("at least one");
    }
}
