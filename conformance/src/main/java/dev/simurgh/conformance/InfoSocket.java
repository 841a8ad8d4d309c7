package dev.simurgh.conformance;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.RequestUri;
import dev.simurgh.channel.SocketSpec;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows all that is known of a connect. */
public final class InfoSocket {
    private record Shown(Connect connectInfo, Map<String, Object> params) {}

    private record Connect(
            @Nullable String peerAddress,
            Map<String, String> secWebsocketHeaders,
            Map<String, String> traceContextHeaders,
            Uri uri,
            @Nullable String userAgent,
            Map<String, String> xHeaders) {}

    private record Uri(String host, String path, String query, String scheme) {}

    private InfoSocket() {}

    /** The socket as it is declared. */
    public static SocketSpec spec(Limits limits) {
        return SocketSpec.builder()
                .connect(InfoSocket::connect)
                .channel("info", InfoChannel.spec())
                .limits(limits)
                .build();
    }

    private static ConnectResult connect(ConnectRequest request) {
        ConnectInfo info = request.info();
        Map<String, String> secWebSocket = new TreeMap<>(info.secWebSocketHeaders());
        secWebSocket.keySet().remove("sec-websocket-key"); // not recorded
        RequestUri uri = info.uri();
        Connect connect = new Connect(
                info.peer().map(peer -> peer.getAddress().getHostAddress()).orElse(null),
                secWebSocket,
                info.traceContextHeaders(),
                new Uri(uri.host(), uri.path(), uri.query(), uri.scheme()),
                info.userAgent().orElse(null),
                info.xHeaders());
        return ConnectResult.ok(Assigns.of(InfoChannel.SHOWN, new Shown(connect, request.nested())));
    }
}
