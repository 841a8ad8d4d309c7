package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.simurgh.cluster.Mesh;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class JGroupsClusterTest {
    private static JGroupsCluster.Builder named(String name) {
        return JGroupsCluster.builder().name(name);
    }

    private static String refusal(Executable use) {
        return String.valueOf(assertThrows(RuntimeException.class, use).getMessage());
    }

    @Test
    void aNodeIsCalledByItsNameWithoutThePort() {
        Mesh node = named("a@127.0.0.1:7705").build();
        assertEquals("a@127.0.0.1", node.self().name());
    }

    @Test
    void aNodeNeedsAName() {
        assertEquals(
                "no name (expected: name(...), such as server@127.0.0.1)",
                refusal(() -> JGroupsCluster.builder().build()));
    }

    @Test
    void badNamesAreRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> named("server"));
        assertThrows(
                IllegalArgumentException.class, () -> JGroupsCluster.builder().connect("a@127.0.0.1", "b@"));
        assertThrows(
                IllegalArgumentException.class, () -> JGroupsCluster.builder().dns(" "));
    }

    @Test
    void badPortsAreRefusedAtOnce() {
        assertEquals(
                "cluster port: 0 (expected: 1 to 65535)",
                refusal(() -> JGroupsCluster.builder().port(0)));
        assertEquals(
                "cluster port: 7701 (expected: that of a@127.0.0.1:7702, or none there)",
                refusal(() -> named("a@127.0.0.1:7702").port(7701).build()));
    }

    @Test
    void onOtherAddressesThanLoopbackItWantsToKnowHowNodesAreProtected() {
        assertEquals(
                "node: a@192.0.2.1 (expected: secret(...), tls(...) or plaintext() on an address that is not loopback)",
                refusal(() -> named("a@192.0.2.1").build()));
        assertEquals(
                "a@192.0.2.1", named("a@192.0.2.1").plaintext().build().self().name());
        assertEquals(
                "a@192.0.2.1",
                named("a@192.0.2.1")
                        .secret("0123456789".repeat(4))
                        .build()
                        .self()
                        .name());
    }

    @Test
    void contradictionsAreRefused() {
        String secret = "0123456789".repeat(4);
        assertEquals(
                "plaintext with a secret or tls (expected: one of them)",
                refusal(() -> named("a@127.0.0.1").secret(secret).plaintext().build()));
        assertEquals(
                "tls (expected: one of secret and tls, once)",
                refusal(() -> named("a@127.0.0.1").secret(secret).secret(secret)));
    }
}
