package dev.simurgh.asyncapi;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonAnyFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonBooleanFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatTypes;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonIntegerFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonNullFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonNumberFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonStringFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonValueFormat;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hears from a serializer of Jackson what it writes. */
final class WrittenForm extends JsonFormatVisitorWrapper.Base {
    private final Schemas schemas;
    private final SerializerProvider provider;
    private final JavaType declared;
    private final List<JavaType> made = new ArrayList<>();
    private ObjectNode schema = JsonNodeFactory.instance.objectNode();

    WrittenForm(Schemas schemas, SerializerProvider provider, JavaType declared) {
        super(provider);
        this.schemas = schemas;
        this.provider = provider;
        this.declared = declared;
    }

    ObjectNode schema() {
        return schema;
    }

    /** The definitions that were made for it. */
    List<JavaType> made() {
        return made;
    }

    @Override
    public @Nullable JsonObjectFormatVisitor expectObjectFormat(JavaType type) throws JsonMappingException {
        schema = Schemas.reference(type);
        if (schemas.isDefined(type)) {
            return null; // nothing more is asked
        }
        ObjectNode definition = Schemas.emptyObject();
        schemas.define(type, definition);
        made.add(type);
        sayKind(type, definition);
        BeanDescription written = provider.getConfig().introspect(type);
        if (written.findAnyGetter() != null) {
            definition.putObject(Schemas.MORE);
        }
        return new Properties(definition, written);
    }

    /** The property by which Jackson tells a type from others of its base. */
    private void sayKind(JavaType type, ObjectNode definition) throws JsonMappingException {
        TypeSerializer kind = provider.findTypeSerializer(type);
        if (kind == null || kind.getTypeIdResolver() == null) { // none, or told by what properties there are
            return;
        }
        JsonTypeInfo.As as = kind.getTypeInclusion();
        if (as == JsonTypeInfo.As.PROPERTY || as == JsonTypeInfo.As.EXISTING_PROPERTY) {
            String id = kind.getTypeIdResolver().idFromValueAndType(null, type.getRawClass());
            ObjectNode property = JsonNodeFactory.instance.objectNode();
            property.put("type", "string").put("const", id);
            Schemas.put(definition, kind.getPropertyName(), property, false);
        }
    }

    private final class Properties extends JsonObjectFormatVisitor.Base {
        private final ObjectNode definition;
        private final Omissions omissions;

        Properties(ObjectNode definition, BeanDescription written) {
            super(WrittenForm.this.provider);
            this.definition = definition;
            this.omissions = new Omissions(provider, written);
        }

        @Override
        public void property(BeanProperty property) {
            if (!definition.path("properties").has(property.getName())) { // the type's, said already
                ObjectNode type = schemas.property(property);
                Schemas.put(definition, property.getName(), type, Nullness.isNullable(property.getMember()));
                if (omissions.mayOmit(property)) {
                    Required.remove(definition, property.getName());
                }
            }
        }

        @Override
        public void optionalProperty(BeanProperty property) {
            property(property);
        }

        @Override
        public void property(String name, JsonFormatVisitable handler, JavaType type) {
            Schemas.put(definition, name, schemas.schema(type, null), false);
        }

        @Override
        public void optionalProperty(String name, JsonFormatVisitable handler, JavaType type) {
            property(name, handler, type);
        }
    }

    @Override
    public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
        schema.put("type", "array");
        if (declared.getContentType() != null) {
            schema.set("items", schemas.schema(declared.getContentType(), null));
        }
        return new JsonArrayFormatVisitor.Base(provider) {
            @Override
            public void itemsFormat(JsonFormatVisitable handler, JavaType elementType) {
                boolean isKnown = declared.getContentType() != null;
                schema.set("items", schemas.inside(handler, isKnown ? declared.getContentType() : elementType));
            }

            @Override
            public void itemsFormat(JsonFormatTypes format) {
                if (!schema.has("items") && format != JsonFormatTypes.ANY) {
                    schema.putObject("items").put("type", format.value().toLowerCase(Locale.ROOT));
                }
            }
        };
    }

    @Override
    public JsonMapFormatVisitor expectMapFormat(JavaType type) {
        schema.put("type", "object");
        JavaType values = type.getContentType();
        schema.set(Schemas.MORE, values == null ? JsonNodeFactory.instance.objectNode() : schemas.schema(values, null));
        return new JsonMapFormatVisitor.Base(provider) {
            @Override
            public void valueFormat(JsonFormatVisitable handler, JavaType valueType) {
                if (values != null) {
                    schema.set(Schemas.MORE, schemas.inside(handler, values));
                }
            }
        };
    }

    @Override
    public JsonStringFormatVisitor expectStringFormat(JavaType type) {
        schema.put("type", "string");
        return new JsonStringFormatVisitor.Base() {
            @Override
            public void format(JsonValueFormat format) {
                boolean isSpan =
                        type.hasRawClass(Duration.class) || type.hasRawClass(Period.class); // for Jackson a time, too
                schema.put("format", isSpan ? "duration" : format.toString());
            }

            @Override
            public void enumTypes(Set<String> values) {
                var all = schema.putArray("enum");
                values.forEach(all::add);
            }
        };
    }

    @Override
    public JsonNumberFormatVisitor expectNumberFormat(JavaType type) {
        schema.put("type", "number");
        return new JsonNumberFormatVisitor.Base();
    }

    @Override
    public JsonIntegerFormatVisitor expectIntegerFormat(JavaType type) {
        schema.put("type", "integer");
        return new JsonIntegerFormatVisitor.Base() {
            @Override
            public void numberType(JsonParser.NumberType number) {
                if (number == JsonParser.NumberType.LONG) {
                    schema.put("format", "int64");
                }
            }

            @Override
            public void format(JsonValueFormat format) {
                schema.put("format", format.toString());
            }
        };
    }

    @Override
    public JsonBooleanFormatVisitor expectBooleanFormat(JavaType type) {
        schema.put("type", "boolean");
        return new JsonBooleanFormatVisitor.Base();
    }

    @Override
    public JsonNullFormatVisitor expectNullFormat(JavaType type) {
        schema.put("type", "null");
        return new JsonNullFormatVisitor.Base();
    }

    @Override
    public JsonAnyFormatVisitor expectAnyFormat(JavaType type) {
        return new JsonAnyFormatVisitor.Base();
    }
}
