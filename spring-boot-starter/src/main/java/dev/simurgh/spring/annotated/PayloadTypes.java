package dev.simurgh.spring.annotated;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.core.ResolvableType;

/** All classes that a payload may have in it: those of its properties, of lists and arrays, and what a sealed type permits. */
final class PayloadTypes {
    private final Set<Class<?>> found = new LinkedHashSet<>();

    /** The classes that are the application's own, and arrays. */
    Set<Class<?>> found() {
        return found;
    }

    void add(ResolvableType type) {
        for (ResolvableType argument : type.getGenerics()) {
            add(argument);
        }
        Class<?> plain = type.resolve();
        if (plain == null || plain.isPrimitive() || plain == byte[].class || isOfLibraries(plain)) {
            return;
        }
        if (!found.add(plain)) {
            return;
        }
        if (plain.isArray()) {
            add(type.getComponentType());
            return;
        }
        addProperties(type, plain);
        if (plain.getSuperclass() != null) {
            add(type.getSuperType());
        }
        if (plain.isSealed()) {
            for (Class<?> permitted : plain.getPermittedSubclasses()) {
                add(ResolvableType.forClass(permitted));
            }
        }
    }

    private void addProperties(ResolvableType type, Class<?> plain) {
        for (Field field : plain.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                add(ResolvableType.forField(field, type));
            }
        }
        for (Method method : plain.getDeclaredMethods()) {
            boolean getter = method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers());
            if (getter && (plain.isRecord() || method.getName().startsWith("get"))) {
                add(ResolvableType.forMethodReturnType(method, plain));
            }
        }
    }

    private static boolean isOfLibraries(Class<?> plain) {
        String name = plain.getName();
        return name.startsWith("java.")
                || name.startsWith("dev.simurgh.protocol.")
                || name.startsWith("dev.simurgh.channel.");
    }
}
