package dev.simurgh.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The cluster of nodes that find each other by JGroups; needs {@code simurgh-cluster-jgroups}. For another, declare a bean of type {@code ClusterAdapter}.
 *
 * @param name name of this node, such as server@10.0.0.5; without it, the node is alone
 * @param port cluster port; default the first that is free from 7700 on
 * @param connect nodes to join or to be joined by, such as other@10.0.0.6
 * @param dns names whose addresses are those of the nodes, such as that of a headless service
 * @param secret what all nodes know, at least 32 characters; encrypts what they say to each other
 * @param plaintext lets nodes talk unencrypted on addresses that are not loopback
 */
@ConfigurationProperties("simurgh.cluster")
public record SimurghClusterProperties(
        @Nullable String name,
        @Nullable Integer port,
        @DefaultValue List<String> connect,
        @DefaultValue List<String> dns,
        @Nullable String secret,
        @DefaultValue("false") boolean plaintext) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "simurgh.cluster[name=" + name + ", port=" + port + ", connect=" + connect + ", dns=" + dns + "]";
    }
}
