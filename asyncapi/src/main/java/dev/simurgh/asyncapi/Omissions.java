package dev.simurgh.asyncapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializerProvider;

/**
 * Which properties of a type are left out for some values: by {@code @JsonInclude}, or by the mapper. That nulls are left out says nothing of itself, since what is not annotated
 * is never null; on a single property it says that it may be.
 */
final class Omissions {
    private final SerializerProvider provider;
    private final JsonInclude.Value ofType;

    Omissions(SerializerProvider provider, BeanDescription type) {
        this.provider = provider;
        JsonInclude.Value ofMapper = provider.getConfig().getDefaultPropertyInclusion(type.getBeanClass());
        this.ofType = type.findPropertyInclusion(ofMapper);
    }

    boolean mayOmit(BeanProperty property) {
        JsonInclude.Value own = property.getMember() == null
                ? JsonInclude.Value.empty()
                : provider.getAnnotationIntrospector().findPropertyInclusion(property.getMember());
        return switch (ofType.withOverrides(own).getValueInclusion()) {
            case NON_NULL, NON_ABSENT -> own.getValueInclusion() != JsonInclude.Include.USE_DEFAULTS;
            case NON_EMPTY -> mayBeEmpty(property.getType());
            case NON_DEFAULT, CUSTOM -> true;
            case ALWAYS, USE_DEFAULTS -> false;
        };
    }

    private static boolean mayBeEmpty(JavaType type) {
        return type.isContainerType() || type.isReferenceType() || type.isTypeOrSubTypeOf(CharSequence.class);
    }
}
