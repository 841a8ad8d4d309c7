package dev.simurgh.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Callbacks of channels as observations of Micrometer, for traces.
 *
 * @param enabled whether there are any; each callback then costs more
 * @param topics whether spans have the topic, which clients choose
 */
@ConfigurationProperties("simurgh.observations")
public record SimurghObservationsProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("false") boolean topics) {}
