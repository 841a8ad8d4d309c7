package dev.simurgh.jackson;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.ArrayType;
import com.fasterxml.jackson.databind.type.ReferenceType;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads no {@code NaN} and nothing infinite: Jackson would take the strings "NaN" and "Infinity" for numbers, whatever it is told of
 * strictness, and make infinity of an integer that is too long for a {@code double}.
 */
final class FiniteModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    FiniteModule() {
        setDeserializerModifier(new Modifier());
    }

    private static final class Modifier extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;
        private static final Set<Class<?>> TYPES = Set.of(
                double.class,
                Double.class,
                float.class,
                Float.class,
                Number.class,
                OptionalDouble.class,
                double[].class,
                float[].class);

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
            return TYPES.contains(bean.getBeanClass()) ? new Finite(deserializer) : deserializer;
        }

        @Override
        public JsonDeserializer<?> modifyReferenceDeserializer(
                DeserializationConfig config,
                ReferenceType type,
                BeanDescription bean,
                JsonDeserializer<?> deserializer) {
            return modifyDeserializer(config, bean, deserializer);
        }

        @Override
        public JsonDeserializer<?> modifyArrayDeserializer(
                DeserializationConfig config, ArrayType type, BeanDescription bean, JsonDeserializer<?> deserializer) {
            return modifyDeserializer(config, bean, deserializer);
        }
    }

    private static final class Finite extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        Finite(JsonDeserializer<?> deserializer) {
            super(deserializer);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> deserializer) {
            return new Finite(deserializer);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Object value = super.deserialize(parser, context);
            if (!isFinite(value)) {
                throw context.weirdStringException("", handledType(), "not finite");
            }
            return value;
        }

        private static boolean isFinite(Object value) {
            if (value instanceof Double || value instanceof Float) {
                return Double.isFinite(((Number) value).doubleValue());
            }
            if (value instanceof double[] array) {
                return Arrays.stream(array).allMatch(Double::isFinite);
            }
            if (value instanceof float[] array) {
                for (float element : array) {
                    if (!Float.isFinite(element)) {
                        return false;
                    }
                }
                return true;
            }
            return !(value instanceof OptionalDouble optional) || Double.isFinite(optional.orElse(0));
        }
    }
}
