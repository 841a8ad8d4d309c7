package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.JavaType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Names for the definitions of types, which are valid both as keys of a document and in TypeScript: that of the class behind those that it is nested in.
 * Where two have the same, both have the last word of their packages in front, or all of them. They do not depend on the order of types.
 */
final class TypeNames {
    /** What means something else in TypeScript, or in what is generated. */
    private static final Set<String> TAKEN = Set.of(
            "any ArrayBuffer Channel ChannelAt Empty Failure Push Socket SocketAt Sockets TypedChannel TypedPush Event Omit Optional ParamsOf Patterns Joined"
                    .concat(
                            " Payload Protocol ProtocolAt Reply Topics Traced Plain as async await bigint boolean break case")
                    .concat(" catch class const continue debugger declare default delete do else enum export")
                    .concat(" extends false finally for from function get if implements import in infer instanceof")
                    .concat(" interface is keyof let module namespace never new null number object of package")
                    .concat(" private protected public readonly require return set static string super switch symbol")
                    .concat(" this throw true try type typeof undefined unique unknown var void while with yield")
                    .split(" "));

    private final Map<String, String> byType = new TreeMap<>();

    TypeNames(Collection<JavaType> types) {
        Map<String, JavaType> ordered = new TreeMap<>();
        types.forEach(type -> ordered.put(type.toCanonical(), type));
        Map<String, Integer> alike = count(ordered.values(), TypeNames::shortName);
        Map<String, Integer> alikeStill = count(ordered.values(), TypeNames::longerName);
        Set<String> used = new HashSet<>();
        ordered.forEach((canonical, type) -> {
            String name = shortName(type);
            if (isAmbiguous(name, alike)) {
                name = isAmbiguous(longerName(type), alikeStill) ? packages(type, 0) + name : longerName(type);
            }
            String free = name;
            for (int i = 2; !used.add(lower(free)); i++) {
                free = name + i;
            }
            byType.put(canonical, free);
        });
    }

    private static Map<String, Integer> count(Collection<JavaType> types, Function<JavaType, String> names) {
        Map<String, Integer> uses = new HashMap<>();
        types.forEach(type -> uses.merge(lower(names.apply(type)), 1, Integer::sum));
        return uses;
    }

    private static boolean isAmbiguous(String name, Map<String, Integer> uses) {
        return uses.getOrDefault(lower(name), 0) > 1;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    Map<String, String> byType() {
        return byType;
    }

    private static JavaType type(JavaType definition) {
        return Schemas.isAnyOf(definition) ? definition.containedType(0) : definition;
    }

    private static String shortName(JavaType definition) {
        String name = words(type(definition));
        if (Schemas.isAnyOf(definition) && !type(definition).isAbstract()) {
            name = "Any" + name; // the base itself has its name
        }
        return TAKEN.contains(name) ? name + "Payload" : name;
    }

    private static String words(JavaType type) {
        StringBuilder name = new StringBuilder();
        for (Class<?> outer = type.getRawClass(); outer != null; outer = outer.getEnclosingClass()) {
            name.insert(0, valid(outer.getSimpleName()));
        }
        if (type.hasGenericTypes()) {
            name.append(IntStream.range(0, type.containedTypeCount())
                    .mapToObj(i -> words(type.containedType(i)))
                    .collect(Collectors.joining("And", "Of", "")));
        }
        return name.toString();
    }

    private static String valid(String name) {
        StringBuilder valid = new StringBuilder();
        name.codePoints().forEach(c -> {
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') {
                valid.appendCodePoint(c);
            } else if (name.equals("[]") || c == '[' || c == ']') {
                valid.append(c == '[' ? "Array" : "");
            } else {
                valid.append(c == '$' ? "_" : String.format(Locale.ROOT, "u%04X", c));
            }
        });
        return valid.toString();
    }

    private static String longerName(JavaType definition) {
        return packages(definition, -1) + shortName(definition);
    }

    /** The names of its packages, from the one at an index on; of a negative one, from the end. */
    private static String packages(JavaType definition, int from) {
        List<String> parts =
                List.of(type(definition).getRawClass().getPackageName().split("\\.", -1));
        return parts.subList(from < 0 ? parts.size() + from : from, parts.size()).stream()
                .filter(part -> !part.isEmpty())
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + valid(part.substring(1)))
                .collect(Collectors.joining());
    }
}
