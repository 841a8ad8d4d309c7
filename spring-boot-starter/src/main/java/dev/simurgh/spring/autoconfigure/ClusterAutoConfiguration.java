package dev.simurgh.spring.autoconfigure;

import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghClusterProperties;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** This node's place in a cluster by JGroups, if it is named. */
@AutoConfiguration(before = SimurghAutoConfiguration.class)
@ConditionalOnProperty("simurgh.cluster.name")
@ConditionalOnMissingBean(ClusterAdapter.class)
@EnableConfigurationProperties(SimurghClusterProperties.class)
@Import({ClusterAutoConfiguration.ByJGroups.class, ClusterAutoConfiguration.Missing.class})
public class ClusterAutoConfiguration {
    /** What the bean is called. */
    static final String BEAN = "simurghCluster";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JGroupsCluster.class)
    static class ByJGroups {
        /** The endpoint starts it, and leaves the cluster. */
        @Bean(destroyMethod = "")
        ClusterAdapter simurghCluster(SimurghClusterProperties told) {
            JGroupsCluster.Builder cluster = JGroupsCluster.builder().name(Objects.requireNonNull(told.name()));
            told.connect().forEach(cluster::connect);
            told.dns().forEach(cluster::dns);
            if (told.port() != null) {
                cluster.port(told.port());
            }
            if (told.secret() != null) {
                cluster.secret(told.secret());
            }
            if (told.plaintext()) {
                cluster.plaintext();
            }
            return cluster.build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("dev.simurgh.cluster.jgroups.JGroupsCluster")
    static class Missing {
        @Bean
        ClusterAdapter simurghCluster(SimurghClusterProperties told) {
            throw new SimurghConfigurationException(
                    "simurgh.cluster.name: " + told.name()
                            + " without an adapter (expected: simurgh-cluster-jgroups on the class path)",
                    "Add the dependency dev.simurgh:simurgh-cluster-jgroups, or declare a bean of type ClusterAdapter.");
        }
    }
}
