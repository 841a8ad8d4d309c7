package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.SimurghSocket;
import dev.simurgh.spring.SocketCustomizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/** The sockets of an application: its own beans, or one by default, and in them the channels that say for which topics they are. */
final class Sockets {
    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private record Placed(String pattern, DeclaredChannel channel) {}

    private final ListableBeanFactory beans;
    private final String defaultPath;
    /** By path, in the order of the beans. */
    private final Map<String, SocketSpec.Builder> sockets = new LinkedHashMap<>();

    private final Map<String, String> origins = new LinkedHashMap<>();

    Sockets(ListableBeanFactory beans, String defaultPath) {
        this.beans = beans;
        this.defaultPath = defaultPath;
    }

    Map<String, SocketSpec> byPath() {
        beans.getBeansOfType(SocketSpec.class).forEach(this::declare);
        List<DeclaredChannel> channels = channels();
        if (sockets.isEmpty()) {
            if (channels.isEmpty()) {
                log.warn("no channels (expected: beans with @SimurghChannel, or beans of type SocketSpec)");
            }
            SocketSpec.Builder byDefault = SocketSpec.builder();
            single(SocketSpec.Connect.class).ifAvailable(byDefault::connect);
            sockets.put(defaultPath, byDefault);
        }
        place(channels);
        beans.getBeanProvider(SocketCustomizer.class).orderedStream().forEach(more -> sockets.forEach(more::customize));
        Map<String, SocketSpec> built = new LinkedHashMap<>();
        sockets.forEach((path, socket) -> built.put(path, socket.build()));
        return built;
    }

    private <T> ObjectProvider<T> single(Class<T> type) {
        return beans.getBeanProvider(type);
    }

    private void declare(String bean, SocketSpec spec) {
        SimurghSocket at = beans.findAnnotationOnBean(bean, SimurghSocket.class);
        String path = at == null ? defaultPath : DeclaredChannel.resolved(at.value(), beans);
        String other = origins.putIfAbsent(path, bean);
        if (other != null) {
            throw new SimurghConfigurationException(
                    "socket: " + path + " of bean '" + bean + "' and of bean '" + other
                            + "' (expected: one socket for each path)",
                    "Say where each is mounted: @SimurghSocket(\"/path\") at the method of the bean; without it, a socket is at "
                            + defaultPath + ".");
        }
        sockets.put(path, spec.toBuilder());
    }

    private List<DeclaredChannel> channels() {
        List<DeclaredChannel> channels = new ArrayList<>();
        beans.getBeansOfType(ChannelSpec.class).forEach((name, spec) -> {
            SimurghChannel topics = beans.findAnnotationOnBean(name, SimurghChannel.class);
            if (topics != null) {
                channels.add(DeclaredChannel.of("bean '" + name + "'", topics, spec, beans));
            } else if (sockets.isEmpty()) { // else it may well be a channel of a socket
                throw new SimurghConfigurationException(
                        "bean '" + name + "': a ChannelSpec without topics (expected: @SimurghChannel)",
                        "Say which topics it answers for: @SimurghChannel(\"room:*\") at the method of the bean; or declare a bean of type"
                                + " SocketSpec that has it.");
            }
        });
        beans.getBeanProvider(ChannelSource.class)
                .orderedStream()
                .forEach(source -> channels.addAll(source.channels()));
        return channels;
    }

    /** Beans come in any order; but the first pattern that matches wins, so the more special ones come first. */
    private void place(List<DeclaredChannel> channels) {
        List<Placed> placed = new ArrayList<>();
        for (DeclaredChannel channel : channels) {
            for (String pattern : channel.patterns()) {
                placed.add(new Placed(pattern, channel));
            }
        }
        placed.sort(Comparator.<Placed, Boolean>comparing(one -> one.pattern().endsWith("*"))
                .thenComparing(one -> -one.pattern().length()));
        placed.forEach(this::place);
    }

    private void place(Placed one) {
        String named = one.channel().socket();
        String path = named.isEmpty() ? defaultPath : named;
        SocketSpec.Builder socket = sockets.get(path);
        if (socket == null) {
            throw new SimurghConfigurationException(
                    "channel " + one.pattern() + " of " + one.channel().origin() + ": no socket at " + path
                            + " (expected: one of " + sockets.keySet() + ")",
                    "Name one of these, as in @SimurghChannel(value = \"" + one.pattern() + "\", socket = \""
                            + sockets.keySet().iterator().next()
                            + "\"), or declare a bean of type SocketSpec for " + path + ".");
        }
        guarded(one, add -> socket.channel(one.pattern(), add.spec()));
    }

    private static void guarded(Placed one, Consumer<DeclaredChannel> add) {
        try {
            add.accept(one.channel());
        } catch (IllegalArgumentException e) {
            throw new SimurghConfigurationException(
                    "channel " + one.pattern() + " of " + one.channel().origin() + ": " + e.getMessage(),
                    "Change the topics of its @SimurghChannel.");
        }
    }
}
