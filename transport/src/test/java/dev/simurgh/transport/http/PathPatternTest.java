package dev.simurgh.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    private final PathPattern pattern = PathPattern.of("/org/:org/ws/:tag_1");

    @Test
    void segmentsBecomeParameters() {
        assertThat(pattern.match("/org/acme/ws/b%20c")).contains(Map.of("org", "acme", "tag_1", "b%20c"));
        assertThat(pattern.isPlain()).isFalse();
        assertThat(pattern.shape()).isEqualTo("org/:/ws/:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/org", "/org/acme/ws", "/org/acme/WS/b", "/org/acme/ws/b/c", "/x/org/acme/ws/b"})
    void otherPathsDoNotMatch(String path) {
        assertThat(pattern.match(path)).isEmpty();
    }

    @Test
    void aPlainPathMatchesItselfOnly() {
        PathPattern plain = PathPattern.of("/a//b/");
        assertThat(plain.isPlain()).isTrue();
        assertThat(plain).hasToString("/a/b");
        assertThat(plain.match("/a/b")).contains(Map.of());
        assertThat(plain.match("/a/c")).isEmpty();
    }

    @Test
    void improperParametersAreRefused() {
        assertThatThrownBy(() -> PathPattern.of("/a/:"))
                .hasMessage("path: /a/: (expected: a name of letters, digits and '_' behind ':')");
        assertThatThrownBy(() -> PathPattern.of("/:a-b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PathPattern.of("/:a/:a")).hasMessage("path: /:a/:a (expected: each parameter once)");
    }

    @Test
    void exactPathsComeFirstAndTwinsAreRefused() {
        Routes<Exchange> routes = new Routes<>();
        Route<Exchange> any = exchange -> {};
        Route<Exchange> exact = exchange -> {};
        routes.add(PathPattern.of("/a/:x"), any);
        routes.add(PathPattern.of("/a/b"), exact);
        assertThat(routes.route("/a/b").orElseThrow()).isSameAs(exact);
        assertThat(routes.route("//a/c/").orElseThrow()).isSameAs(any);
        assertThatThrownBy(() -> routes.add(PathPattern.of("/a/:y"), any))
                .hasMessage("path: /a/:y (expected: a path that nothing else is served at)");
    }
}
