package ${package};

import dev.simurgh.channel.*;
import dev.simurgh.server.*;

public final class Main {
    public static void main(String[] args) {
        SocketSpec users = SocketSpec.builder()
                .channel("room:*", ChatChannel.spec())
                .build();
        Endpoint endpoint = Endpoint.builder().socket("/socket", users).build();
        Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(Integer.parseInt(System.getenv().getOrDefault("PORT", "4000")))
                .files("/", "web")
                .start();
        server.stopOnShutdown();
        System.out.println("listening on " + server.uri());
    }
}
