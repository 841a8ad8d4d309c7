package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"ws://127.0.0.1:4000/s", "ws://127.9.9.9:4000/s", "ws://localhost:4000/s", "ws://[::1]:4000/s"})
    void thisMachineIsATarget(String url) {
        Target target = Target.of(url, false);

        assertThat(target.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(target.address().getPort()).isEqualTo(4000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://192.0.2.1:4000/s",
                "ws://example.com/s",
                "ws://127.0.0.1.example.com/s",
                "ws://[2001:db8::1]/s"
            })
    void anotherMachineIsNoTarget(String url) {
        assertThatThrownBy(() -> Target.of(url, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a loopback address; --allow-remote lifts that");
    }

    @Test
    void anotherMachineIsATargetIfThatIsAllowed() {
        assertThat(Target.of("ws://192.0.2.1:4000/s", true).address().getHostString())
                .isEqualTo("192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/s", "127.0.0.1:4000", "ws:///s", "ws://127.0.0.1/ /s"})
    void whatIsNoAddressOfASocketIsRefused(String url) {
        assertThatThrownBy(() -> Target.of(url, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ws://HOST:PORT/PATH");
    }

    @Test
    void theVersionIsAddedToTheQuery() {
        assertThat(Target.of("ws://127.0.0.1/s", false).path()).isEqualTo("/s?vsn=2.0.0");
        assertThat(Target.of("ws://127.0.0.1/s?token=x", false).path()).isEqualTo("/s?token=x&vsn=2.0.0");
        assertThat(Target.of("ws://127.0.0.1/s?vsn=2.0.0", false).path()).isEqualTo("/s?vsn=2.0.0");
        assertThatThrownBy(() -> Target.of("ws://127.0.0.1/s?vsn=1.0.0", false))
                .hasMessage("--url: vsn=1.0.0 (expected: 2.0.0, or none)");
    }

    @Test
    void overLongPollingThePathIsAnother() {
        assertThat(Target.of("ws://127.0.0.1/s/websocket?token=x", false)
                        .overLongPoll()
                        .path())
                .isEqualTo("/s/longpoll?token=x&vsn=2.0.0");
        assertThat(Target.of("ws://127.0.0.1/s/poll", false).overLongPoll().path())
                .isEqualTo("/s/poll?vsn=2.0.0");
    }
}
