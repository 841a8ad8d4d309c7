package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jakarta.SimurghServlet;
import jakarta.servlet.ServletRegistration;
import jakarta.websocket.server.ServerContainer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/** The sockets on the application's own port, on Tomcat or Jetty. */
@AutoConfiguration(after = SimurghAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({SimurghServlet.class, ServerContainer.class, OncePerRequestFilter.class})
@ConditionalOnSetting(value = "simurgh.server.mode", is = "application-port", byDefault = "own-port")
public class ServletPortAutoConfiguration {
    /** Behind all other filters. Spring Boot finds it and registers it for all paths, with asynchronous answers. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    @ConditionalOnMissingBean
    ServletPort.Hatch simurghHatch() {
        return new ServletPort.Hatch();
    }

    /** A container asks no filter for a path that no servlet has; where Spring MVC is not there to take all, somebody else has to. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ServletContextInitializer simurghLastServlet() {
        return context -> {
            boolean taken = context.getServletRegistrations().values().stream()
                    .anyMatch(servlet -> servlet.getMappings().contains("/"));
            if (!taken) {
                ServletRegistration.Dynamic last = context.addServlet("simurgh-last", new ServletPort.Last());
                last.setAsyncSupported(true);
                last.addMapping("/");
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    Door simurghServletPort(Endpoint endpoint, PortOptions options, ServletPort.Hatch hatch) {
        return new ServletPort(endpoint, options, hatch);
    }

    @Bean
    @ConditionalOnMissingBean
    EarlyDoor simurghEarlyDoor(Door door) {
        return new EarlyDoor(door);
    }
}
