package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What may be null: what is annotated so, by any annotation of the name {@code Nullable}, and what is {@code Optional}. */
final class Nullness {
    private Nullness() {}

    static boolean isNullable(@Nullable AnnotatedMember member) {
        if (member instanceof AnnotatedParameter parameter) {
            Executable executable = (Executable) parameter.getOwner().getAnnotated();
            AnnotatedType[] types = executable.getAnnotatedParameterTypes();
            int index = parameter.getIndex();
            return saysSo(executable.getParameterAnnotations()[index])
                    || (index < types.length && saysSo(types[index].getAnnotations()));
        }
        AnnotatedElement annotated = member == null ? null : member.getAnnotated();
        if (annotated instanceof Field field) {
            return saysSo(field.getAnnotations())
                    || saysSo(field.getAnnotatedType().getAnnotations());
        }
        return annotated instanceof Method method
                && (saysSo(method.getAnnotations())
                        || saysSo(method.getAnnotatedReturnType().getAnnotations()));
    }

    private static boolean saysSo(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    /** Whether a schema has null among its types. */
    static boolean takesNull(ObjectNode schema) {
        for (JsonNode type : schema.path("type")) {
            if (type.asText().equals("null")) {
                return true;
            }
        }
        for (JsonNode either : schema.path("anyOf")) {
            if (either.path("type").asText().equals("null")) {
                return true;
            }
        }
        return false;
    }
}
