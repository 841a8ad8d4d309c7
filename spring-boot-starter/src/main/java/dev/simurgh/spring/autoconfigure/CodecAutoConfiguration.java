package dev.simurgh.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * How payloads become JSON: as the application's own mapper has it, so that a record looks the same over a channel and over HTTP. The mapper of Jackson 3 goes before
 * that of Jackson 2; if there is none, or several and none is primary, it is one of Simurgh's own.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration", // Boot 3
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration", // Boot 4
            "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration"
        })
@Import({CodecConfigurations.OfJackson3.class, CodecConfigurations.OfJackson2.class, CodecConfigurations.Own.class})
public class CodecAutoConfiguration {}
