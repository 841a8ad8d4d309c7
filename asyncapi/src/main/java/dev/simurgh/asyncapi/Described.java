package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.channel.ChannelProtocol;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Protocol;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that clients of an endpoint send and get, with its schemas. From it come the document and the types.
 *
 * @param definitions what the schemas refer to, by name
 */
record Described(List<Mounted> sockets, Map<String, ObjectNode> definitions) {
    /** The name of the definition of what comes with an error. */
    static final String FAILURE = "Failure";

    /** A socket, and the paths that it is mounted at. */
    record Mounted(List<String> paths, List<Channel> channels) {}

    /** A channel at its pattern. What clients get of an event is one of several if it is both pushed and broadcast. */
    record Channel(
            String pattern,
            Body params,
            Map<String, List<Body>> joinReplies,
            Map<String, Event> events,
            boolean takesAnyEvent,
            Map<String, List<Body>> gets,
            boolean isDeclared) {
        boolean isPrefix() {
            return pattern.endsWith("*");
        }

        String prefix() {
            return isPrefix() ? pattern.substring(0, pattern.length() - 1) : pattern;
        }
    }

    /** What clients push, and what comes back, by status. */
    record Event(Body payload, Map<String, List<Body>> replies) {}

    static Described of(Map<String, SocketSpec> sockets, JacksonCodec codec, String prefix) {
        return new Describing(new Schemas(codec.mapper())).all(sockets, prefix);
    }

    private static final class Describing {
        private final Schemas schemas;
        private final List<ObjectNode> made = new ArrayList<>();

        Describing(Schemas schemas) {
            this.schemas = schemas;
        }

        Described all(Map<String, SocketSpec> sockets, String prefix) {
            Map<SocketSpec, List<String>> paths = new LinkedHashMap<>();
            List<SocketSpec> specs = new ArrayList<>();
            sockets.forEach((path, spec) -> {
                if (!paths.containsKey(spec)) {
                    specs.add(spec);
                }
                paths.computeIfAbsent(spec, s -> new ArrayList<>()).add(path);
            });
            Map<ChannelSpec<?>, Sent> sent = new LinkedHashMap<>();
            for (SocketSpec spec : specs) { // all of it, before anything that clients get
                spec.channels().values().forEach(channel -> sent.computeIfAbsent(channel, this::sent));
            }
            List<Mounted> mounted = new ArrayList<>();
            for (SocketSpec spec : specs) {
                List<Channel> channels = new ArrayList<>();
                spec.channels().forEach((pattern, channel) -> {
                    Sent sentToIt = sent.getOrDefault(channel, Sent.NOTHING);
                    channels.add(channel(pattern, channel.protocol(), sentToIt));
                });
                mounted.add(new Mounted(List.copyOf(paths.getOrDefault(spec, List.of())), channels));
            }
            return new Described(mounted, schemas.named(made, prefix));
        }

        private record Sent(Body params, Map<String, Body> events) {
            static final Sent NOTHING = new Sent(Body.ANYTHING, Map.of());
        }

        private Sent sent(ChannelSpec<?> spec) {
            Map<String, Body> events = new LinkedHashMap<>();
            spec.protocol().events().forEach((event, type) -> events.put(event, sent(type)));
            return new Sent(sent(spec.protocol().joinParams()), events);
        }

        private Body sent(Type type) {
            return keep(Body.of(type, schemas::sent));
        }

        private Body got(Type type) {
            return keep(Body.of(type, schemas::of));
        }

        private Body keep(Body body) {
            made.add(body.schema());
            return body;
        }

        private Channel channel(String pattern, ChannelProtocol protocol, Sent sent) {
            Map<String, Event> events = new LinkedHashMap<>();
            sent.events.forEach(
                    (event, payload) -> events.put(event, new Event(payload, replies(protocol.replies(event)))));
            Map<String, List<Body>> gets = new LinkedHashMap<>();
            protocol.pushes().forEach((event, type) -> add(gets, event, type));
            protocol.broadcasts().forEach((event, type) -> {
                boolean reachesClients = !protocol.intercepts().containsKey(event);
                boolean isSaid = type.equals(protocol.pushes().get(event));
                if (reachesClients && !isSaid) {
                    add(gets, event, type);
                }
            });
            return new Channel(
                    pattern,
                    sent.params,
                    replies(protocol.joinReplies()),
                    events,
                    protocol.takesAnyEvent(),
                    gets,
                    protocol.declaresWhatClientsGet());
        }

        private void add(Map<String, List<Body>> gets, String event, Type type) {
            gets.computeIfAbsent(event, e -> new ArrayList<>()).add(got(type));
        }

        /** What the server itself has to refuse it says in a reason, whatever else a channel declares. */
        private Map<String, List<Body>> replies(Map<String, Type> declared) {
            Map<String, List<Body>> replies = new LinkedHashMap<>();
            replies.put(Protocol.OK, List.of(Body.ANYTHING));
            replies.put(Protocol.ERROR, new ArrayList<>());
            declared.forEach((status, type) -> replies.put(status, new ArrayList<>(List.of(got(type)))));
            replies.getOrDefault(Protocol.ERROR, new ArrayList<>()).add(keep(failure()));
            return replies;
        }

        private static Body failure() {
            return new Body(Body.Kind.JSON, Body.ANYTHING.schema().objectNode().put("$ref", FAILURE));
        }
    }
}
