package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedClassResolver;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a value of a type may be: the subtypes that Jackson's annotations name, or those that a sealed type permits. */
final class Subtypes {
    private Subtypes() {}

    /** In a fixed order; empty if the type is the only one. */
    static List<JavaType> of(JavaType base, ObjectMapper mapper) {
        Set<Class<?>> concrete = new LinkedHashSet<>();
        collect(base.getRawClass(), mapper, concrete, new LinkedHashSet<>());
        if (concrete.isEmpty() || concrete.equals(Set.of(base.getRawClass()))) {
            return List.of();
        }
        return concrete.stream()
                .map(subtype -> subtype == base.getRawClass()
                        ? base
                        : mapper.getTypeFactory().constructSpecializedType(base, subtype))
                .toList();
    }

    private static void collect(Class<?> type, ObjectMapper mapper, Set<Class<?>> concrete, Set<Class<?>> seen) {
        if (!seen.add(type)) {
            return;
        }
        List<Class<?>> further = new ArrayList<>(named(type, mapper));
        if (further.isEmpty() && type.isSealed()) {
            further.addAll(List.of(type.getPermittedSubclasses()));
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            concrete.add(type);
        }
        further.forEach(subtype -> collect(subtype, mapper, concrete, seen));
    }

    /** Jackson gives them in no order. */
    private static List<Class<?>> named(Class<?> type, ObjectMapper mapper) {
        AnnotatedClass annotated = AnnotatedClassResolver.resolve(
                mapper.getSerializationConfig(), mapper.constructType(type), mapper.getSerializationConfig());
        List<Class<?>> named = new ArrayList<>();
        for (NamedType subtype : mapper.getSubtypeResolver()
                .collectAndResolveSubtypesByClass(mapper.getSerializationConfig(), annotated)) {
            Class<?> further = subtype.getType();
            boolean isOne = further != type && type.isAssignableFrom(further); // its annotations are the base's, too
            if (isOne && !named.contains(further)) {
                named.add(further);
            }
        }
        named.sort(Comparator.comparing(Class::getName));
        return named;
    }
}
