package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.protocol.Payload;
import java.lang.reflect.Type;
import java.util.function.Function;

/** What a message carries. The schema is that of JSON; for binary and for nothing it is not asked. */
record Body(Kind kind, ObjectNode schema) {
    enum Kind {
        NOTHING,
        BINARY,
        JSON
    }

    static final Body ANYTHING = new Body(Kind.JSON, JsonNodeFactory.instance.objectNode());

    static Body of(Type type, Function<Type, ObjectNode> schemas) {
        if (type == void.class || type == Void.class) {
            return new Body(Kind.NOTHING, JsonNodeFactory.instance.objectNode());
        }
        boolean isBinary = type == byte[].class || type == Payload.Binary.class;
        return isBinary
                ? new Body(Kind.BINARY, JsonNodeFactory.instance.objectNode())
                : new Body(Kind.JSON, schemas.apply(type));
    }
}
