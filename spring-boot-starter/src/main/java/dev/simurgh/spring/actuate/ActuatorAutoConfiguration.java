package dev.simurgh.spring.actuate;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.spring.autoconfigure.ConditionalOnSetting;
import dev.simurgh.spring.autoconfigure.ReservedPath;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** What the Actuator tells of this node beside its health. */
@AutoConfiguration(afterName = "dev.simurgh.spring.autoconfigure.ServerAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Endpoint.class)
public class ActuatorAutoConfiguration {
    private static final String BASE = "management.endpoints.web.base-path";

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    SimurghActuatorEndpoint simurghActuatorEndpoint(Endpoint endpoint, ObjectProvider<ServerLifecycle> server) {
        return new SimurghActuatorEndpoint(endpoint, server);
    }

    /** On the port of the application, unless the Actuator has another. */
    @Bean
    @ConditionalOnWebApplication
    @ConditionalOnSetting(value = "simurgh.server.mode", is = "application-port", byDefault = "own-port")
    @ConditionalOnManagementPort(ManagementPortType.SAME)
    ReservedPath simurghActuatorPath(Environment environment) {
        String where = environment.getProperty(BASE, "/actuator").strip().replaceAll("/+$", "");
        // at the root the Actuator has no path of its own
        return where.isEmpty() ? new ReservedPath(BASE, "/", false) : new ReservedPath(BASE, where, true);
    }

    /** Which Simurgh runs, and where clients connect: for whoever may read the info. */
    @Bean
    @ConditionalOnEnabledInfoContributor(value = "simurgh", fallback = InfoContributorFallback.USE_DEFAULTS_PROPERTY)
    InfoContributor simurghInfoContributor(Endpoint endpoint) {
        return info -> {
            Map<String, Object> told = new LinkedHashMap<>();
            String version = Endpoint.class.getPackage().getImplementationVersion();
            if (version != null) {
                told.put("version", version);
            }
            told.put("node", endpoint.node().self());
            told.put(
                    "sockets",
                    endpoint.backstage().mounts().stream()
                            .map(SocketMount::path)
                            .toList());
            info.withDetail("simurgh", told);
        };
    }
}
