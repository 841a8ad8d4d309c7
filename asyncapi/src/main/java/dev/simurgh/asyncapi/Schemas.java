package dev.simurgh.asyncapi;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.BeanAsArraySerializer;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.ser.std.JsonValueSerializer;
import com.fasterxml.jackson.databind.ser.std.RawSerializer;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.Converter;
import dev.simurgh.protocol.Payload;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON schemas (draft 7) of payloads, as a mapper of Jackson writes them. Jackson itself is asked, so that names, formats and what is left out
 * are those of the wire. Objects are definitions, referred to by {@code $ref}.
 *
 * <p>Of what clients send Jackson is also asked how it is read. So what clients send comes first, in {@link #sent}, and what they get behind it.
 */
final class Schemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Says what properties there are besides those that are named. */
    static final String MORE = "additionalProperties";

    private static final Set<Class<?>> OPTIONAL_NUMBERS =
            Set.of(OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    private final ObjectMapper mapper;
    private final SerializerProvider provider;
    private final Map<JavaType, ObjectNode> definitions = new LinkedHashMap<>();
    private boolean isSent;

    Schemas(ObjectMapper mapper) {
        this.mapper = mapper;
        this.provider = mapper.getSerializerProviderInstance();
    }

    /** The schema of what clients send. */
    ObjectNode sent(Type type) {
        isSent = true;
        try {
            return of(type);
        } finally {
            isSent = false;
        }
    }

    /**
     * The schema of what clients get.
     *
     * @throws IllegalArgumentException if Jackson does not know what to do with the type
     */
    ObjectNode of(Type type) {
        return schema(mapper.constructType(type), null);
    }

    /** Gives each definition a name of its own, and says the definitions by name. To be called once, when all schemas are made. */
    Map<String, ObjectNode> named(List<ObjectNode> schemas, String prefix) {
        Map<String, String> names = new TypeNames(definitions.keySet()).byType();
        Map<String, ObjectNode> byName = new TreeMap<>();
        names.put(Described.FAILURE, Described.FAILURE);
        definitions.forEach((type, schema) -> byName.put(names.getOrDefault(type.toCanonical(), ""), schema));
        schemas.forEach(schema -> References.rename(schema, names, prefix));
        byName.values().forEach(schema -> References.rename(schema, names, prefix));
        return byName;
    }

    /** The schema of a property: as its annotations have it written, if they say how. */
    ObjectNode property(BeanProperty property) {
        AnnotatedMember member = property.getMember();
        if (!(property instanceof BeanPropertyWriter writer) || member == null) {
            return schema(property.getType(), property);
        }
        if (member.hasAnnotation(JsonTypeInfo.class)) {
            return JSON.objectNode(); // told apart here, unlike everywhere else
        }
        JavaType type = Optional.ofNullable(writer.getSerializationType()).orElseGet(property::getType);
        AnnotationIntrospector annotations = provider.getAnnotationIntrospector();
        boolean hasItsOwn =
                annotations.findSerializer(member) != null || annotations.findSerializationConverter(member) != null;
        return hasItsOwn ? writtenBy(writer.getSerializer(), type) : schema(type, property);
    }

    /** The schema of what is inside of another, by the serializer that it has there, if Jackson says it. */
    ObjectNode inside(@Nullable JsonFormatVisitable handler, JavaType type) {
        boolean isPlain = !(handler instanceof JsonSerializer<?>) || handler instanceof BeanSerializerBase;
        return isPlain || isSpecial(type) ? schema(type, null) : writtenBy((JsonSerializer<?>) handler, type);
    }

    private static boolean isSpecial(JavaType type) {
        Class<?> raw = type.getRawClass();
        return raw == Object.class
                || Payload.class.isAssignableFrom(raw)
                || raw == byte[].class
                || ByteBuffer.class.isAssignableFrom(raw)
                || raw == char[].class
                || type.isReferenceType();
    }

    private ObjectNode writtenBy(@Nullable JsonSerializer<?> serializer, JavaType type) {
        try {
            return serializer == null ? JSON.objectNode() : written(type, serializer);
        } catch (JsonMappingException e) {
            throw cannotWrite(type, e);
        }
    }

    ObjectNode schema(JavaType type, @Nullable BeanProperty property) {
        Class<?> raw = type.getRawClass();
        if (raw == Object.class || Payload.class.isAssignableFrom(raw)) {
            return JSON.objectNode();
        }
        if (raw == byte[].class || ByteBuffer.class.isAssignableFrom(raw)) {
            return JSON.objectNode().put("type", "string").put("contentEncoding", "base64");
        }
        if (raw == char[].class) {
            return JSON.objectNode().put("type", "string");
        }
        if (type.isReferenceType()) {
            return nullable(schema(type.getReferencedType(), null));
        }
        try {
            ObjectNode schema = written(type, provider.findValueSerializer(type, property));
            return OPTIONAL_NUMBERS.contains(raw) ? nullable(schema) : schema;
        } catch (JsonMappingException e) {
            throw cannotWrite(type, e);
        }
    }

    private static IllegalArgumentException cannotWrite(JavaType type, JsonMappingException e) {
        return new IllegalArgumentException(
                "payload type: " + type.toCanonical() + " (expected: one that Jackson can write: "
                        + e.getOriginalMessage() + ")",
                e);
    }

    private ObjectNode written(JavaType type, JsonSerializer<?> serializer) throws JsonMappingException {
        if (serializer instanceof StdDelegatingSerializer converting) {
            Converter<?, ?> converter = converting.getConverter();
            return schema(converter.getOutputType(mapper.getTypeFactory()), null);
        }
        if (serializer instanceof BeanAsArraySerializer) {
            return JSON.objectNode().put("type", "array");
        }
        if (serializer instanceof RawSerializer || serializer.usesObjectId() || isWrapped(type)) {
            return JSON.objectNode(); // no schema here says what that is
        }
        if (serializer instanceof JsonValueSerializer && type.isEnumType()) {
            return constants(type);
        }
        boolean isUnknown = serializer instanceof UnknownSerializer;
        if (isUnknown || serializer instanceof BeanSerializerBase) {
            List<JavaType> alternatives = Subtypes.of(type, mapper);
            if (!alternatives.isEmpty()) {
                return anyOf(type, alternatives);
            }
        }
        if (isUnknown) { // of something else that has no more to say Jackson refuses to write it, but may read it
            return type.isAbstract() ? JSON.objectNode() : nothingWritten(type);
        }
        WrittenForm form = new WrittenForm(this, provider, type);
        serializer.acceptJsonFormatVisitor(form, type);
        for (JavaType made : form.made()) {
            addWhatIsRead(made);
        }
        return form.schema();
    }

    /** Whether its values stand in something that says which type they are of. */
    private boolean isWrapped(JavaType type) throws JsonMappingException {
        TypeSerializer kind = provider.findTypeSerializer(type);
        return kind != null
                && kind.getTypeInclusion() != JsonTypeInfo.As.PROPERTY
                && kind.getTypeInclusion() != JsonTypeInfo.As.EXISTING_PROPERTY;
    }

    /** The values of an enum, of which Jackson itself says that they are texts, whatever they are. */
    private ObjectNode constants(JavaType type) {
        ArrayNode values = JSON.arrayNode();
        for (Object constant : type.getRawClass().getEnumConstants()) {
            values.add(mapper.<JsonNode>valueToTree(constant));
        }
        boolean areTexts = true;
        boolean areIntegers = true;
        for (JsonNode value : values) {
            areTexts &= value.isTextual();
            areIntegers &= value.isIntegralNumber();
        }
        ObjectNode schema = JSON.objectNode();
        if (areTexts || areIntegers) {
            schema.put("type", areTexts ? "string" : "integer").set("enum", values);
        }
        return schema;
    }

    private ObjectNode nothingWritten(JavaType type) {
        if (!definitions.containsKey(type)) {
            define(type, emptyObject());
            addWhatIsRead(type);
        }
        return reference(type);
    }

    /** Where a base has several subtypes: one of them. A base that is itself no object is not among them. */
    private ObjectNode anyOf(JavaType base, List<JavaType> alternatives) {
        JavaType key = mapper.getTypeFactory().constructParametricType(AnyOf.class, base);
        if (!definitions.containsKey(key)) {
            ObjectNode definition = JSON.objectNode();
            define(key, definition);
            ArrayNode anyOf = definition.putArray("anyOf");
            for (JavaType alternative : alternatives) {
                anyOf.add(alternative.equals(base) ? own(alternative) : schema(alternative, null));
            }
        }
        return reference(key);
    }

    private ObjectNode own(JavaType type) {
        try {
            WrittenForm form = new WrittenForm(this, provider, type);
            provider.findValueSerializer(type).acceptJsonFormatVisitor(form, type);
            form.made().forEach(this::addWhatIsRead);
            return form.schema();
        } catch (JsonMappingException e) {
            throw new IllegalStateException(e); // it was found before
        }
    }

    /** The definition of a base with subtypes, which may itself be one of them. */
    @SuppressWarnings("UnusedTypeParameter") // it is what tells one from another
    private static final class AnyOf<T> {}

    static boolean isAnyOf(JavaType type) {
        return type.hasRawClass(AnyOf.class);
    }

    boolean isDefined(JavaType type) {
        return definitions.containsKey(type);
    }

    void define(JavaType type, ObjectNode definition) {
        definitions.put(type, definition);
    }

    static ObjectNode reference(JavaType type) {
        return JSON.objectNode().put("$ref", type.toCanonical());
    }

    static ObjectNode emptyObject() {
        return JSON.objectNode().put("type", "object");
    }

    /** What Jackson reads only is added; what it writes only is nothing that a client must send. */
    private void addWhatIsRead(JavaType type) {
        ObjectNode definition = definitions.get(type);
        if (!isSent || definition == null) {
            return;
        }
        BeanDescription read = mapper.getDeserializationConfig().introspect(type);
        Map<String, BeanPropertyDefinition> readable = new LinkedHashMap<>();
        for (BeanPropertyDefinition property : read.findProperties()) {
            if (property.couldDeserialize()) {
                readable.put(property.getName(), property);
            }
        }
        if (read.findAnySetterAccessor() != null) {
            definition.putObject(MORE);
        }
        if (readable.isEmpty()) {
            return;
        }
        ObjectNode properties = definition.withObjectProperty("properties");
        properties.properties().forEach(written -> {
            if (!readable.containsKey(written.getKey()) && !written.getValue().has("const")) {
                ((ObjectNode) written.getValue()).put("readOnly", true);
                Required.remove(definition, written.getKey());
            }
        });
        readable.forEach((name, property) -> {
            if (!properties.has(name)) {
                AnnotatedMember member = property.getPrimaryMember();
                put(definition, name, schema(property.getPrimaryType(), null), Nullness.isNullable(member));
            }
        });
    }

    /** A property that may be null may be left out, too: codecs read that as null, and may write it so. */
    static void put(ObjectNode definition, String name, ObjectNode schema, boolean isNullable) {
        ObjectNode whole = isNullable ? nullable(schema) : schema;
        definition.withObjectProperty("properties").set(name, whole);
        if (!isNullable && !Nullness.takesNull(schema)) {
            Required.add(definition, name);
        }
    }

    static ObjectNode nullable(ObjectNode schema) {
        if (schema.isEmpty() || Nullness.takesNull(schema)) {
            return schema;
        }
        if (!schema.path("type").isTextual()) {
            ObjectNode either = JSON.objectNode();
            either.putArray("anyOf").add(schema).addObject().put("type", "null");
            return either;
        }
        String type = schema.path("type").asText();
        schema.putArray("type").add(type).add("null");
        if (schema.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
        return schema;
    }
}
