package dev.simurgh.conformance;

import dev.simurgh.cluster.jgroups.JGroupsCluster;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A conformance server that may be a node of a cluster: {@code --node NAME@HOST:PORT}, and {@code --connect NAME@HOST:PORT} for each other. */
final class ServerNode {
    private ServerNode() {}

    /** Runs it until the process ends. */
    static void run(String... args) {
        List<String> options = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Iterator<String> each = List.of(args).iterator(); each.hasNext(); ) {
            String option = each.next();
            switch (option) {
                case "--node" -> names.add(each.next());
                case "--connect" -> others.add(each.next());
                default -> options.add(option);
            }
        }
        ConformanceServer.run(options.toArray(String[]::new), endpoint -> {
            for (String name : names) {
                endpoint.cluster(JGroupsCluster.builder()
                        .name(name)
                        .connect(others.toArray(String[]::new))
                        .build());
            }
        });
    }
}
