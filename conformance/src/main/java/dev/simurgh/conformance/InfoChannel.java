package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;

/** Replies to a join with what the socket knows of the client. */
public final class InfoChannel {
    /** What the socket wants shown. */
    static final Assigns.Key<Object> SHOWN = Assigns.key("shown");

    private record Info(Object assigns, JsonNode payload, String transport) {}

    /** The channel as it is declared. */
    public static ChannelSpec<InfoChannel> spec() {
        return ChannelSpec.builder(InfoChannel::new)
                .join(JsonNode.class, InfoChannel::join)
                .build();
    }

    JoinResult join(JsonNode payload, Socket socket) {
        return JoinResult.ok(new Info(socket.assigns().get(SHOWN), payload, socket.transport()));
    }
}
