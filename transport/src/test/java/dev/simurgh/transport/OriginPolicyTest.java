package dev.simurgh.transport;

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
        "http://EXAMPLE.com, true",
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
        "HTTP://LOCALHOST, localhost, true",
        "http://localhost, LocalHost:4000, true",
        "file://, '', false",
        "http://a, '', false",
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

    @ParameterizedTest
    @CsvSource({
        "null, null, true",
        "null, file://, false",
        "null, http://null, false",
        "//null, null, false",
        "file://, file://, true",
        "file://, file:///, true",
        "file://, null, false",
        "file://, http://, false",
        "FILE://, file://, true",
        "chrome-extension://*, chrome-extension://abcdefghijklmnopabcdefghijklmnop, true",
        "chrome-extension://*, moz-extension://abcdefgh, false",
        "chrome-extension://*, chrome-extension://, false",
        "capacitor://localhost, capacitor://localhost, true",
        "capacitor://localhost, http://localhost, false",
        "http://localhost:*, http://localhost:5173, true",
        "http://localhost:*, http://localhost, true",
        "http://localhost:*, https://localhost:5173, false",
        "http://localhost:*, http://localhost.evil.com:1, false",
        "https://*, https://anybody.example, true",
        "https://*, https://anybody.example:8443, false",
        "https://*:*, https://anybody.example:8443, true",
        "https://*, file://, false",
        "//EXAMPLE.com, http://example.COM:9, true",
        "https://*.Example.com, https://a.EXAMPLE.com, true",
        "//[::1], http://[::1]:4000, true",
        "//[2001:db8::1:0:0:1], http://[2001:db8::1:0:0:1], true",
        "//3com.example.4u, http://3com.example.4u, true",
        "//127.0.0.1:4000, http://127.0.0.1:4000, true"
    })
    void whatBrowsersAndShellsSendCanBeAllowed(String pattern, String origin, boolean allowed) {
        assertThat(OriginPolicy.of(pattern).allows(origin, "localhost:4000")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.com|a host with '//' or a scheme before it, such as //example.com",
                "*|a host with '//' or a scheme before it, such as //example.com",
                "https://example.com/|an origin without a path, such as https://example.com",
                "https://example.com/app|an origin without a path, such as https://example.com",
                "//bücher.example|a host in the form that browsers send, such as xn--bcher-kva.example",
                "wss://example.com|the scheme of the page, which is http or https",
                "https://|a host, or '*' for all",
                "//|a host, or '*' for all",
                "//:80|a host, or '*' for all",
                "file://:80|a host, or '*' for all",
                "http://a:0|a port from 1 to 65535, or '*'",
                "http://a:65536|a port from 1 to 65535, or '*'",
                "//[0:0::1]|the form that browsers send, which is [::1]",
                "//[::FFFF:1.2.3.4]|the form that browsers send, which is [::ffff:102:304]",
                "//[:::1]|an address, such as [::1] or 127.0.0.1",
                "//127.1|an address, such as [::1] or 127.0.0.1",
                "http://*.0.0.1|an address, such as [::1] or 127.0.0.1",
                "https://010.0.0.1|an address, such as [::1] or 127.0.0.1",
                "https://a.*.com|scheme, host and port, such as https://example.com:8443, '*' for a host, for what stands"
                        + " before its first dot, or for a port",
                "https://*a.com|scheme, host and port, such as https://example.com:8443, '*' for a host, for what stands"
                        + " before its first dot, or for a port",
                "https://user@a.com|scheme, host and port, such as https://example.com:8443, '*' for a host, for what"
                        + " stands before its first dot, or for a port"
            })
    void aPatternThatCanNeverMatchIsRefused(String pattern, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginPolicy.of("//fine.example", pattern))
                .withMessage("origin: " + pattern + " (expected: " + rule + ")");
    }

    @Test
    void thereIsAtLeastOnePattern() {
        assertThatIllegalArgumentException().isThrownBy(OriginPolicy::of).withMessageContaining("at least one");
        assertThatIllegalArgumentException().isThrownBy(() -> OriginPolicy.host("https://example.com"));
    }
}
