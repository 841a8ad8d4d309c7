package dev.simurgh.conformance;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.SocketSpec;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Shows all that is known of a connect. */
public final class InfoSocket {
    private record Shown(Connect connectInfo, Map<String, String> params) {}

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
    public static SocketSpec spec() {
        return SocketSpec.builder()
                .connect(InfoSocket::connect)
                .channel("info", InfoChannel.spec())
                .build();
    }

    private static ConnectResult connect(ConnectRequest request) {
        ConnectInfo info = request.info();
        Connect connect = new Connect(
                info.peer().map(peer -> peer.getAddress().getHostAddress()).orElse(null),
                headers(info, name -> name.equals("sec-websocket-version")),
                headers(info, name -> name.equals("traceparent") || name.equals("tracestate")),
                uri(info),
                info.userAgent().orElse(null),
                info.xHeaders());
        return ConnectResult.ok(Assigns.of(InfoChannel.SHOWN, new Shown(connect, request.params())));
    }

    private static Map<String, String> headers(ConnectInfo info, Predicate<String> wanted) {
        Map<String, String> found = new TreeMap<>(info.headers());
        found.keySet().removeIf(wanted.negate());
        return found;
    }

    private static Uri uri(ConnectInfo info) {
        String[] target = info.uri().split("\\?", 2);
        String host = info.header("host").orElse("").replaceFirst(":\\d+$", "");
        return new Uri(host, target[0], target.length == 2 ? target[1] : "", "http");
    }
}
