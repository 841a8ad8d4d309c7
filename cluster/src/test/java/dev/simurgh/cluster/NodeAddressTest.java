package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTest {
    @Test
    void aNameAndAHost() {
        NodeAddress address = NodeAddress.parse("server@127.0.0.1");
        assertThat(address.name()).isEqualTo("server");
        assertThat(address.host()).isEqualTo("127.0.0.1");
        assertThat(address.port()).isEmpty();
        assertThat(address.nodeName()).isEqualTo("server@127.0.0.1").isEqualTo(address.toString());
    }

    @Test
    void aPort() {
        NodeAddress address = NodeAddress.parse("web-1.eu@node.example:7705");
        assertThat(address.host()).isEqualTo("node.example");
        assertThat(address.port()).hasValue(7705);
        assertThat(address.nodeName()).isEqualTo("web-1.eu@node.example");
        assertThat(address).hasToString("web-1.eu@node.example:7705");
    }

    @Test
    void anIpv6AddressIsInBrackets() {
        NodeAddress address = NodeAddress.parse("a@[::1]:7700");
        assertThat(address.host()).isEqualTo("::1");
        assertThat(address.nodeName()).isEqualTo("a@[::1]");
        assertThat(address).hasToString("a@[::1]:7700");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "@h", "a@", "a@h:", "a@h:x", "a b@h", "a@h i", "a@::1", "a@h:123456", "ä@h", "a@b@c"})
    void whatIsMalformedIsRefused(String text) {
        assertThatThrownBy(() -> NodeAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node: " + text + " (expected: name@host");
    }

    @Test
    void portsAreInRange() {
        assertThatThrownBy(() -> NodeAddress.parse("a@h:65536"))
                .hasMessageContaining("(expected: a port from 1 to 65535)");
        assertThatThrownBy(() -> NodeAddress.parse("a@h:0")).hasMessageContaining("(expected: a port from 1 to 65535)");
    }

    @Test
    void aNameIsAtMost255BytesLong() {
        assertThatThrownBy(() -> NodeAddress.parse("a".repeat(254) + "@h")).hasMessageContaining("at most 255 bytes");
    }
}
