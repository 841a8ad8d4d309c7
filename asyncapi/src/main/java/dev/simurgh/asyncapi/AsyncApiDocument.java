package dev.simurgh.asyncapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.asyncapi.Described.Channel;
import dev.simurgh.asyncapi.Described.Event;
import dev.simurgh.asyncapi.Described.Mounted;
import dev.simurgh.protocol.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an AsyncAPI document, version 3.0.0. A socket at its path is a server there, a channel at its pattern a channel, a message of the Phoenix
 * protocol a message: its name is the event, its payload the fifth element of the frame.
 */
final class AsyncApiDocument {
    static final String SCHEMAS = "#/components/schemas/";

    private static final String ENVELOPE =
            "Messages are frames of the Phoenix Channels protocol over WebSocket or long polling:"
                    + " [join_ref, ref, topic, event, payload]. The name of a message is its event. A reply is the event phx_reply with the ref of"
                    + " what it answers.";

    private final Described described;
    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    private final ObjectNode servers;
    private final ObjectNode channels;
    private final ObjectNode operations;
    private final Ids ids = new Ids();

    AsyncApiDocument(String title, String version, Described described) {
        this.described = described;
        document.put("asyncapi", "3.0.0");
        document.putObject("info").put("title", title).put("version", version).put("description", ENVELOPE);
        document.put("defaultContentType", "application/json");
        servers = document.putObject("servers");
        channels = document.putObject("channels");
        operations = document.putObject("operations");
    }

    String json() {
        described.sockets().forEach(this::socket);
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        ObjectNode failure = schemas.putObject(Described.FAILURE).put("type", "object");
        failure.putObject("properties").putObject("reason").put("type", "string");
        failure.putArray("required").add("reason");
        described.definitions().forEach(schemas::set);
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try {
            return JsonMapper.builder()
                            .build()
                            .writer(new DefaultPrettyPrinter()
                                    .withObjectIndenter(lines)
                                    .withArrayIndenter(lines))
                            .writeValueAsString(document)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree can be written
        }
    }

    private void socket(Mounted socket) {
        List<String> at = new ArrayList<>();
        for (String path : socket.paths()) {
            String id = ids.of("server", path);
            at.add(id);
            ObjectNode server = servers.putObject(id)
                    .put("host", "{host}")
                    .put("pathname", path + "/websocket")
                    .put("protocol", "ws")
                    .put("description", "The socket at " + path);
            server.putObject("variables").putObject("host").put("default", "localhost:4000");
        }
        socket.channels().forEach(channel -> channel(socket.paths().get(0), at, channel));
    }

    private void channel(String path, List<String> at, Channel channel) {
        String id = ids.of("channel", path + "." + channel.pattern().replace("*", "any"));
        ObjectNode node = channels.putObject(id);
        node.put("address", channel.isPrefix() ? channel.prefix() + "{rest}" : channel.pattern());
        node.put("title", channel.pattern());
        if (channel.takesAnyEvent()) {
            node.put("description", "Takes other events, too.");
        }
        ArrayNode servedBy = node.putArray("servers");
        at.forEach(server -> servedBy.addObject().put("$ref", "#/servers/" + server));
        if (channel.isPrefix()) {
            String behind = channel.prefix().isEmpty() ? "The topic" : "What stands behind " + channel.prefix();
            node.putObject("parameters").putObject("rest").put("description", behind);
        }
        Messages messages = new Messages(id, node.putObject("messages"));
        messages.received(Protocol.PHX_JOIN, "join", channel.params(), channel.joinReplies());
        channel.events().forEach((event, what) -> received(messages, event, what));
        channel.gets().forEach(messages::sent);
    }

    private static void received(Messages messages, String event, Event what) {
        messages.received(event, "push." + event, what.payload(), what.replies());
    }

    /** The messages of one channel, and the operations that they belong to. */
    private final class Messages {
        private final String channel;
        private final ObjectNode messages;

        Messages(String channel, ObjectNode messages) {
            this.channel = channel;
            this.messages = messages;
        }

        void received(String event, String key, Body payload, Map<String, List<Body>> replies) {
            ObjectNode operation = operation(key, "receive");
            operation.putArray("messages").add(message(key, event, payload));
            ObjectNode reply = operation.putObject("reply");
            reply.putObject("channel").put("$ref", "#/channels/" + channel);
            ArrayNode all = reply.putArray("messages");
            replies.forEach(
                    (status, bodies) -> bodies.forEach(body -> all.add(reply(key + ".reply." + status, status, body))));
        }

        void sent(String event, List<Body> payloads) {
            String key = "get." + event;
            ArrayNode all = operation(key, "send").putArray("messages");
            payloads.forEach(payload -> all.add(message(key, event, payload)));
        }

        private ObjectNode operation(String key, String action) {
            ObjectNode operation = operations.putObject(ids.of("operation", channel + "." + key));
            operation.put("action", action).putObject("channel").put("$ref", "#/channels/" + channel);
            return operation;
        }

        private ObjectNode message(String key, String name, Body body) {
            String id = ids.of("message of " + channel, key);
            ObjectNode message = messages.putObject(id).put("name", name);
            if (body.kind() == Body.Kind.BINARY) {
                message.put("contentType", "application/octet-stream");
            }
            message.set("payload", payload(body));
            return JsonNodeFactory.instance.objectNode().put("$ref", "#/channels/" + channel + "/messages/" + id);
        }

        private ObjectNode reply(String key, String status, Body body) {
            if (body.kind() == Body.Kind.BINARY) {
                return message(key, Protocol.PHX_REPLY, body);
            }
            ObjectNode whole = JsonNodeFactory.instance.objectNode().put("type", "object");
            ObjectNode properties = whole.putObject("properties");
            properties.putObject("status").put("type", "string").put("const", status);
            properties.set("response", payload(body));
            whole.putArray("required").add("status").add("response");
            return message(key, Protocol.PHX_REPLY, new Body(Body.Kind.JSON, whole));
        }
    }

    private static ObjectNode payload(Body body) {
        return switch (body.kind()) {
            case NOTHING -> Schemas.emptyObject();
            case BINARY ->
                JsonNodeFactory.instance.objectNode().put("type", "string").put("format", "binary");
            case JSON -> body.schema().deepCopy();
        };
    }

    /** Ids of letters that need no escapes in references, each once of its kind. */
    private static final class Ids {
        private final Map<String, Integer> uses = new HashMap<>();

        String of(String kind, String text) {
            String id = text.replaceAll("[^A-Za-z0-9_.-]+", "_").replaceAll("^[_.]+(?=.)", "");
            int use = uses.merge(kind + " " + id, 1, Integer::sum);
            return use == 1 ? id : of(kind, id + "_" + use);
        }
    }
}
