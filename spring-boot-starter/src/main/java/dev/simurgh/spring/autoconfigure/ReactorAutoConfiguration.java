package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.reactor.SimurghRoutes;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.DispatcherHandler;
import reactor.netty.http.server.HttpServer;

/** Sockets on the port of an application with WebFlux. */
@AutoConfiguration(after = SimurghAutoConfiguration.class, before = ServerAutoConfiguration.class)
@ConditionalOnClass({SimurghRoutes.class, DispatcherHandler.class, HttpServer.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnSetting(value = "simurgh.server.mode", is = "application-port", byDefault = "own-port")
public class ReactorAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(Door.class)
    ReactorDoor simurghReactorDoor(Endpoint endpoint, PortOptions options) {
        return new ReactorDoor(endpoint, options);
    }

    @Bean
    @ConditionalOnMissingBean
    EarlyDoor simurghEarlyDoor(ReactorDoor door) {
        return new EarlyDoor(door);
    }
}
