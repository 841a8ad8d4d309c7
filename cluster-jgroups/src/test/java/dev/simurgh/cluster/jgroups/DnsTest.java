package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that know a DNS name only, as those of a headless service in Kubernetes: each has an address of its own and the same port. */
class DnsTest {
    private static final String SERVICE = "nodes.simurgh.test";

    @TempDir
    private Path directory;

    @Test
    void nodesFindAllAddressesOfAName() throws IOException {
        Path names = directory.resolve("hosts");
        Files.writeString(names, "127.0.0.2 %1$s\n127.0.0.3 %1$s\n127.0.0.4 %1$s\n".formatted(SERVICE));
        List<String> options = List.of("-Djdk.net.hosts.file=" + names);
        int port = Ports.free();
        try (CarrierProcess a = new CarrierProcess(options, "a@127.0.0.2:" + port, "dns:" + SERVICE);
                CarrierProcess b = new CarrierProcess(options, "b@127.0.0.3:" + port, "dns:" + SERVICE);
                CarrierProcess c = new CarrierProcess(options, "c@127.0.0.4:" + port, "dns:" + SERVICE)) {
            Cluster.until(() -> a.met() == 2 && b.met() == 2 && c.met() == 2);
        }
    }
}
