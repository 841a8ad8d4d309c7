package dev.simurgh.spring.autoconfigure;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.jackson3.Jackson3Codec;
import dev.simurgh.protocol.spi.PayloadCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The kinds of codecs. Not in the auto-configuration itself, which would take them in any order. */
final class CodecConfigurations {
    private static final Logger log = LoggerFactory.getLogger(CodecAutoConfiguration.class);

    private CodecConfigurations() {}

    private static final String PROPERTY = "simurgh.codec";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JsonMapper.class, Jackson3Codec.class})
    @ConditionalOnSetting(value = PROPERTY, is = "application", byDefault = "application")
    static class OfJackson3 {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean(JsonMapper.class)
        PayloadCodec simurghCodec(ObjectProvider<JsonMapper> mappers) {
            JsonMapper mapper = mappers.getIfUnique();
            return mapper == null ? ambiguous(Jackson3Codec.create(), "JsonMapper") : Jackson3Codec.of(mapper);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ObjectMapper.class, JacksonCodec.class})
    @ConditionalOnSetting(value = PROPERTY, is = "application", byDefault = "application")
    static class OfJackson2 {
        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBean(ObjectMapper.class)
        PayloadCodec simurghCodec(ObjectProvider<ObjectMapper> mappers) {
            ObjectMapper mapper = mappers.getIfUnique();
            return mapper == null || !isOfJson(mapper)
                    ? ambiguous(JacksonCodec.create(), "ObjectMapper")
                    : JacksonCodec.of(mapper);
        }

        /** Those of YAML or CBOR are of the same type. */
        private static boolean isOfJson(ObjectMapper mapper) {
            return mapper.getFactory().getFormatName().equals("JSON");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        @ConditionalOnMissingBean
        PayloadCodec simurghCodec() {
            return JacksonCodec.create();
        }
    }

    private static PayloadCodec ambiguous(PayloadCodec own, String type) {
        log.warn(
                "no bean of type {} that is the only one or primary, and of JSON: payloads go by a mapper of Simurgh's own (expected: @Primary at one, a bean of"
                        + " type PayloadCodec, or {}=strict)",
                type,
                PROPERTY);
        return own;
    }
}
