package dev.simurgh.jackson3;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.ext.jdk8.OptionalDoubleDeserializer;
import tools.jackson.databind.module.SimpleDeserializers;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.ArrayType;

/**
 * Reads no {@code NaN} and nothing infinite: Jackson would take the strings "NaN" and "Infinity" for numbers, whatever it is told of
 * strictness, and make infinity of an integer that is too long for a {@code double}.
 */
final class FiniteModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    FiniteModule() {
        setDeserializerModifier(new Modifier());
        // not among what can be modified
        setDeserializers(
                new SimpleDeserializers(Map.of(OptionalDouble.class, new Finite(new OptionalDoubleDeserializer()))));
    }

    private static final class Modifier extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1;
        private static final Set<Class<?>> TYPES = Set.of(
                double.class, Double.class, float.class, Float.class, Number.class, double[].class, float[].class);

        @Override
        public ValueDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
            return TYPES.contains(bean.getBeanClass()) ? new Finite(deserializer) : deserializer;
        }

        @Override
        public ValueDeserializer<?> modifyArrayDeserializer(
                DeserializationConfig config,
                ArrayType type,
                BeanDescription.Supplier bean,
                ValueDeserializer<?> deserializer) {
            return modifyDeserializer(config, bean, deserializer);
        }
    }

    private static final class Finite extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        Finite(ValueDeserializer<?> deserializer) {
            super(deserializer);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> deserializer) {
            return new Finite(deserializer);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
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
