package dev.simurgh.jakarta;

import dev.simurgh.transport.WebSocketOptions;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a container asks while it makes a WebSocket of one request. Who may come in has been decided by then. */
final class Negotiation extends ServerEndpointConfig.Configurator {
    private static final String DEFLATE = "permessage-deflate";

    private final WebSocketEndpoint endpoint;
    private final Optional<String> subprotocol;
    private final WebSocketOptions options;

    Negotiation(WebSocketEndpoint endpoint, Optional<String> subprotocol, WebSocketOptions options) {
        this.endpoint = endpoint;
        this.subprotocol = subprotocol;
        this.options = options;
    }

    @Override
    public boolean checkOrigin(String origin) {
        return true;
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
        return subprotocol.orElse("");
    }

    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        boolean can = installed.stream().anyMatch(Negotiation::deflates);
        return options.compress() && can
                ? requested.stream()
                        .filter(Negotiation::deflates)
                        .limit(1)
                        .map(this::agreed)
                        .toList()
                : List.of();
    }

    private static boolean deflates(Extension extension) {
        return extension.getName().toLowerCase(Locale.ROOT).equals(DEFLATE);
    }

    private Extension agreed(Extension offered) {
        if (options.contextTakeover()) {
            return offered;
        }
        List<Extension.Parameter> parameters = new ArrayList<>(offered.getParameters());
        require("server_no_context_takeover", parameters);
        require("client_no_context_takeover", parameters);
        return new Offer(offered.getName(), parameters);
    }

    private static void require(String name, List<Extension.Parameter> parameters) {
        if (parameters.stream().noneMatch(each -> each.getName().equals(name))) {
            parameters.add(new Parameter(name));
        }
    }

    private record Offer(String name, List<Extension.Parameter> parameters) implements Extension {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public List<Extension.Parameter> getParameters() {
            return parameters;
        }
    }

    private record Parameter(String name) implements Extension.Parameter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        @SuppressWarnings("NullAway") // as the API has it for a parameter without a value
        public String getValue() {
            return null;
        }
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return type.cast(endpoint);
    }
}
