package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.asyncapi.Described.Channel;
import dev.simurgh.asyncapi.Described.Mounted;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the types of an endpoint: of its payloads and sockets, and those of {@code channels.ts}, which make a socket of phoenix.js one of these. */
final class TypeScriptModule {
    private final Described described;
    private final StringBuilder out = new StringBuilder();

    TypeScriptModule(Described described) {
        this.described = described;
    }

    String text() {
        out.append("// Made by Simurgh from the channels of the server. Changes are lost.\n\n");
        out.append("import type { Channel, Push, Socket } from \"phoenix\";\n\n");
        described.definitions().forEach(this::definition);
        out.append("/** What is said at each socket, by its path, and on each channel, by its pattern. */\n");
        out.append("export interface Sockets {\n");
        described.sockets().forEach(this::socket);
        out.append("}\n\n");
        routes("/** The pattern by which a topic is routed. */\ninterface Patterns<T extends string> {", this::pattern);
        routes("interface Topics {", this::topics);
        return out.append(prelude()).toString();
    }

    private static String prelude() {
        try (InputStream in = TypeScriptModule.class.getResourceAsStream("channels.ts")) {
            if (in == null) {
                throw new IllegalStateException("channels.ts is not in the jar (expected: beside this class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void definition(String name, ObjectNode schema) {
        out.append("export type ")
                .append(name)
                .append(" = ")
                .append(TypeScriptTypes.of(schema, ""))
                .append(";\n\n");
    }

    private void socket(Mounted socket) {
        String first = TypeScriptTypes.quoted(socket.paths().get(0));
        out.append("  ").append(first).append(": {\n");
        socket.channels().forEach(this::channel);
        out.append("  };\n");
        for (String alike : socket.paths().subList(1, socket.paths().size())) {
            out.append("  ")
                    .append(TypeScriptTypes.quoted(alike))
                    .append(": Sockets[")
                    .append(first)
                    .append("];\n");
        }
    }

    private void channel(Channel channel) {
        out.append("    ").append(TypeScriptTypes.quoted(channel.pattern())).append(": {\n");
        out.append("      params: ").append(params(channel.params())).append(";\n");
        out.append("      join: ").append(replies(channel.joinReplies())).append(";\n");
        out.append("      push: {");
        channel.events()
                .forEach((event, what) -> out.append("\n        ")
                        .append(TypeScriptTypes.quoted(event))
                        .append(": { payload: ")
                        .append(type(what.payload()))
                        .append("; reply: ")
                        .append(replies(what.replies()))
                        .append(" };"));
        out.append(channel.events().isEmpty() ? "};\n" : "\n      };\n");
        out.append("      pushAny: ").append(channel.takesAnyEvent()).append(";\n");
        out.append("      on: ").append(gets(channel)).append(";\n    };\n");
    }

    /** What joins without parameters may still say a position. */
    private static String params(Body params) {
        return params.kind() == Body.Kind.NOTHING ? "{}" : type(params);
    }

    private static String gets(Channel channel) {
        if (!channel.isDeclared()) {
            return "{ [event: string]: unknown }";
        }
        return channel.gets().entrySet().stream()
                .map(event -> TypeScriptTypes.quoted(event.getKey()) + ": " + union(event.getValue()) + ";")
                .collect(Collectors.joining(" ", "{ ", " }"));
    }

    private static String replies(Map<String, List<Body>> replies) {
        return replies.entrySet().stream()
                .map(reply -> TypeScriptTypes.property(reply.getKey()) + ": " + union(reply.getValue()))
                .collect(Collectors.joining("; ", "{ ", " }"));
    }

    private static String union(List<Body> bodies) {
        return bodies.stream().map(TypeScriptModule::type).distinct().collect(Collectors.joining(" | "));
    }

    private static String type(Body body) {
        return switch (body.kind()) {
            case NOTHING -> "Empty";
            case BINARY -> "ArrayBuffer";
            case JSON -> TypeScriptTypes.of(body.schema(), "        ");
        };
    }

    private interface OfRoutes {
        String text(List<Channel> channels);
    }

    private void routes(String head, OfRoutes routes) {
        out.append(head).append('\n');
        for (Mounted socket : described.sockets()) {
            for (String path : socket.paths()) {
                out.append("  ").append(TypeScriptTypes.quoted(path)).append(": ");
                out.append(routes.text(socket.channels())).append(";\n");
            }
        }
        out.append("}\n\n");
    }

    /** The first that matches, as in the socket. */
    private String pattern(List<Channel> channels) {
        StringBuilder chain = new StringBuilder();
        for (Channel channel : channels) {
            chain.append("T extends ").append(topic(channel)).append(" ? ");
            chain.append(TypeScriptTypes.quoted(channel.pattern())).append(" : ");
        }
        return chain.append("never").toString();
    }

    private String topics(List<Channel> channels) {
        List<String> topics = new ArrayList<>();
        channels.forEach(channel -> topics.add(topic(channel)));
        return topics.isEmpty() ? "never" : String.join(" | ", topics);
    }

    private static String topic(Channel channel) {
        if (!channel.isPrefix()) {
            return TypeScriptTypes.quoted(channel.pattern());
        }
        String prefix =
                channel.prefix().replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${");
        return "`" + prefix.replace("\r", "\\r") + "${string}`";
    }
}
