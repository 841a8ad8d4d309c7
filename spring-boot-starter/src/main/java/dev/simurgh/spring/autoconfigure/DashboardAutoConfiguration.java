package dev.simurgh.spring.autoconfigure;

import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.spring.EndpointCustomizer;
import dev.simurgh.spring.SimurghDashboardProperties;
import dev.simurgh.spring.TransportCustomizer;
import dev.simurgh.token.Tokens;
import java.security.SecureRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** The dashboard, if somebody is let in. */
@AutoConfiguration(beforeName = "dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration")
@ConditionalOnClass(Dashboard.class)
@Conditional(DashboardAutoConfiguration.SomebodyIsLetIn.class)
@EnableConfigurationProperties(SimurghDashboardProperties.class)
public class DashboardAutoConfiguration {
    private static final int SECRET_BYTES = 64;

    @Bean
    @ConditionalOnMissingBean
    Dashboard simurghDashboard(
            SimurghDashboardProperties properties,
            ObjectProvider<DashboardAccess.Authorizer> authorizers,
            ObjectProvider<Tokens> tokens) {
        DashboardAccess.Authorizer access = authorizers.getIfUnique(() -> byProperties(properties));
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

    private static DashboardAccess.Authorizer byProperties(SimurghDashboardProperties properties) {
        return switch (properties.access()) {
            case LOOPBACK -> DashboardAccess.loopback();
            case PASSWORD -> DashboardAccess.basic(properties.username(), password(properties));
            case NONE -> request -> DashboardAccess.refused(); // two authorizers, of which none is the primary one
        };
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
