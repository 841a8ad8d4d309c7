package dev.simurgh.spring.annotated;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.autoconfigure.DeclaredChannel;
import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Makes specs of classes with {@link SimurghChannel}. */
public final class AnnotatedChannels {
    private AnnotatedChannels() {}

    /**
     * Makes the specs of all beans whose classes are annotated channels. No object of them is made until somebody joins.
     *
     * @throws SimurghConfigurationException if anything is wrong with any of them; says all of it
     */
    public static List<DeclaredChannel> of(ConfigurableListableBeanFactory beans) {
        Problems problems = new Problems();
        List<HandlerInterceptor> interceptors =
                beans.getBeanProvider(HandlerInterceptor.class).orderedStream().toList();
        List<DeclaredChannel> found = new ArrayList<>();
        for (String name : beans.getBeanDefinitionNames()) {
            SimurghChannel topics = ScopedProxyUtils.isScopedTarget(name)
                    ? null // its proxy stands for it
                    : beans.findAnnotationOnBean(name, SimurghChannel.class, false);
            Class<?> type = topics == null ? null : beans.getType(name, false);
            if (topics != null && type != null && !ChannelSpec.class.isAssignableFrom(type)) {
                new ChannelBean(beans, name, type, problems)
                        .spec(interceptors)
                        .map(spec -> DeclaredChannel.of("bean '" + name + "'", topics, spec, beans))
                        .filter(channel -> isRoutable(channel, type, problems))
                        .ifPresent(found::add);
            }
        }
        problems.throwIfAny();
        return found;
    }

    private static boolean isRoutable(DeclaredChannel channel, Class<?> type, Problems problems) {
        int before = problems.count();
        if (channel.patterns().isEmpty()) {
            problems.add(type, "no topics (expected: @SimurghChannel with at least one, such as \"room:*\")");
        }
        for (String pattern : channel.patterns()) {
            try {
                SocketSpec.builder().channel(pattern, channel.spec());
            } catch (IllegalArgumentException e) {
                problems.add(type, String.valueOf(e.getMessage()));
            }
        }
        return problems.count() == before;
    }

    /**
     * Makes the spec of one class without Spring, such as for a test of the channel alone.
     *
     * @param factory makes a new object for each join
     * @throws SimurghConfigurationException if anything is wrong with it; says all of it
     */
    public static <C> ChannelSpec<C> spec(Class<C> type, Supplier<? extends C> factory) {
        Problems problems = new Problems();
        Optional<ChannelSpec<?>> spec = ChannelClass.of(type, BeanTypes.NONE, problems)
                .spec(factory, null, List.of(), UnaryOperator.identity());
        problems.throwIfAny();
        @SuppressWarnings("unchecked") // of what the factory makes
        ChannelSpec<C> made = (ChannelSpec<C>) spec.orElseThrow();
        return made;
    }
}
