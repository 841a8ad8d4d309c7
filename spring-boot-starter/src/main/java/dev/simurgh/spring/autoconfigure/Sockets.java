package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.SimurghSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;

/** The sockets of an application: its own beans, and one for the channels that say for which topics they are. */
final class Sockets {
    private final ListableBeanFactory beans;
    private final String defaultPath;

    Sockets(ListableBeanFactory beans, String defaultPath) {
        this.beans = beans;
        this.defaultPath = defaultPath;
    }

    Map<String, SocketSpec> byPath() {
        Map<String, SocketSpec> sockets = new LinkedHashMap<>();
        beans.getBeansOfType(SocketSpec.class).forEach((name, spec) -> {
            SimurghSocket at = beans.findAnnotationOnBean(name, SimurghSocket.class);
            sockets.put(at == null ? defaultPath : at.value(), spec);
        });
        if (sockets.isEmpty()) {
            sockets.put(defaultPath, everybody());
        }
        return sockets;
    }

    private SocketSpec everybody() {
        SocketSpec.Builder socket = SocketSpec.builder();
        beans.getBeansOfType(ChannelSpec.class).forEach((name, spec) -> {
            SimurghChannel topics = beans.findAnnotationOnBean(name, SimurghChannel.class);
            if (topics != null) {
                for (String pattern : topics.value()) {
                    socket.channel(pattern, spec);
                }
            }
        });
        return socket.build();
    }
}
