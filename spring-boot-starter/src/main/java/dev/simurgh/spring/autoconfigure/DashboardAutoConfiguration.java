package dev.simurgh.spring.autoconfigure;

import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.spring.EndpointCustomizer;
import dev.simurgh.spring.SimurghDashboardProperties;
import dev.simurgh.spring.SimurghServerProperties.Mode;
import dev.simurgh.spring.TransportCustomizer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler.Response;
import java.security.SecureRandom;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/** The dashboard, if somebody is let in. */
@AutoConfiguration(beforeName = "dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration")
@ConditionalOnClass(Dashboard.class)
@Conditional(DashboardAutoConfiguration.SomebodyIsLetIn.class)
@EnableConfigurationProperties(SimurghDashboardProperties.class)
public class DashboardAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(DashboardAutoConfiguration.class);

    private static final int SECRET_BYTES = 64;

    /** Each of them has Tomcat believe a header, whatever the strategy is. */
    private static final List<String> HEADERS_OF_TOMCAT =
            List.of("server.tomcat.remoteip.remote-ip-header", "server.tomcat.remoteip.protocol-header");

    @Bean
    @ConditionalOnMissingBean
    Dashboard simurghDashboard(
            SimurghDashboardProperties properties,
            ObjectProvider<DashboardAccess.Authorizer> authorizers,
            ObjectProvider<Tokens> tokens,
            Environment environment) {
        DashboardAccess.Authorizer access = authorizers.getIfUnique(() -> byProperties(properties, environment));
        Dashboard.Builder dashboard = Dashboard.builder(
                        tokens.getIfUnique(DashboardAutoConfiguration::randomTokens),
                        properties.viewOnly() ? access.viewOnly() : access)
                .path(properties.path());
        return properties.showPayloads() ? dashboard.showPayloads().build() : dashboard.build();
    }

    @Bean
    EndpointCustomizer simurghDashboardSocket(Dashboard dashboard) {
        return dashboard::addTo;
    }

    @Bean
    TransportCustomizer simurghDashboardPage(Dashboard dashboard) {
        return dashboard::addTo;
    }

    @Bean
    ReservedPath simurghDashboardPath(Dashboard dashboard) {
        return new ReservedPath("simurgh.dashboard.path", dashboard.path(), true);
    }

    private static DashboardAccess.Authorizer byProperties(
            SimurghDashboardProperties properties, Environment environment) {
        return switch (properties.access()) {
            case LOOPBACK -> headersSayWhoAsks(environment) ? nobodyIsLocal() : DashboardAccess.loopback();
            case PASSWORD -> DashboardAccess.basic(properties.username(), password(properties));
            case NONE -> request -> DashboardAccess.refused(); // two authorizers, of which none is the primary one
        };
    }

    /**
     * Whether the container takes the address of a client out of a header. Tomcat believes who is on a private network and takes the header away,
     * so nothing tells somebody on this machine from a neighbour who only says so.
     */
    private static boolean headersSayWhoAsks(Environment environment) {
        Mode mode =
                Binder.get(environment).bind("simurgh.server.mode", Mode.class).orElse(Mode.OWN_PORT);
        if (mode != Mode.APPLICATION_PORT) {
            return false;
        }
        String strategy =
                environment.getProperty("server.forward-headers-strategy", "").strip();
        CloudPlatform platform = strategy.isEmpty() ? CloudPlatform.getActive(environment) : null;
        return strategy.equalsIgnoreCase("native")
                || (platform != null && platform.isUsingForwardHeaders())
                || HEADERS_OF_TOMCAT.stream()
                        .anyMatch(name -> !environment.getProperty(name, "").isBlank());
    }

    private static DashboardAccess.Authorizer nobodyIsLocal() {
        log.warn(
                "simurgh.dashboard.access: loopback lets in nobody here, since the container takes addresses out of forwarded headers, which"
                        + " anybody near can send (expected: password, or a bean of type DashboardAccess.Authorizer)");
        return request -> DashboardAccess.refused(
                Response.text("Forbidden: behind forwarded headers nobody is known to be on the server's machine")
                        .withStatus(403));
    }

    private static String password(SimurghDashboardProperties properties) {
        String password = properties.password();
        if (password == null || password.isEmpty()) {
            throw new SimurghConfigurationException(
                    "simurgh.dashboard.password: none (expected: one, since simurgh.dashboard.access is password)",
                    "Set simurgh.dashboard.password, from a secret of where the application runs.");
        }
        return password;
    }

    /** Of this node, and until it ends: a page that loses it is loaded anew. */
    private static Tokens randomTokens() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return Tokens.of(random);
    }

    /** By a property or by a bean. */
    static final class SomebodyIsLetIn extends AnyNestedCondition {
        SomebodyIsLetIn() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnSetting(value = "simurgh.dashboard.access", is = "loopback", byDefault = "none")
        static final class Loopback {}

        @ConditionalOnSetting(value = "simurgh.dashboard.access", is = "password", byDefault = "none")
        static final class Password {}

        @ConditionalOnBean(DashboardAccess.Authorizer.class)
        static final class Decided {}
    }
}
