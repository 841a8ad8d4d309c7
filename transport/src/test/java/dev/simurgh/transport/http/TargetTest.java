package dev.simurgh.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "/, /, '', ''",
        "/a/b?c=d?e, /a/b, c=d?e, ''",
        "/a?, /a, '', ''",
        "/a?b=c#d?e, /a, b=c, ''",
        "/a#b?c, /a, '', ''",
        "//a, //a, '', ''",
        "http://host/a?b, /a, b, host",
        "HTTP://Host:80/a, /a, '', Host:80",
        "https://[::1]:4000/a, /a, '', [::1]:4000",
        "ws://host/a, /a, '', host",
        "wss://host, /, '', host",
        "http://host?a=/b, /, a=/b, host",
        "http://host#a/b, /, '', host",
        "http://host:/a, /a, '', host:"
    })
    void aTargetIsTakenApart(String text, String path, String query, String authority) {
        assertThat(Target.parse("GET", text))
                .contains(new Target(path, query, Optional.of(authority).filter(host -> !host.isEmpty())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "a",
                "host:80",
                "#/a",
                "ftp://host/a",
                "http:/host/a",
                "http://",
                "http:///a",
                "http://user@host/a",
                "http://host:x/a",
                "http://ho st/a",
                "http://[::1/a",
                "http://host\\a"
            })
    void whatIsNoTargetIsRefused(String text) {
        assertThat(Target.parse("GET", text)).isEmpty();
    }

    @Test
    void onlyOptionsAskTheServerItself() {
        assertThat(Target.parse("OPTIONS", "*"))
                .hasValueSatisfying(target -> assertThat(target.isServer()).isTrue());
        assertThat(Target.parse("OPTIONS", "/*"))
                .hasValueSatisfying(target -> assertThat(target.isServer()).isFalse());
    }

    @Test
    void itIsShownAsPathAndQuery() {
        assertThat(Target.parse("GET", "http://host/a?b#c")).hasToString("Optional[/a?b]");
    }
}
