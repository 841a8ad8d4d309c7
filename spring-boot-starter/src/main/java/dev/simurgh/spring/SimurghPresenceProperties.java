package dev.simurgh.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is on a topic. For more than this, declare a bean of type {@code Presence}.
 *
 * @param enabled whether there is a bean of type Presence
 * @param grace how long a client that is cut off stays present, so that one that comes back is not seen to leave
 */
@ConfigurationProperties("simurgh.presence")
public record SimurghPresenceProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0s") Duration grace) {}
