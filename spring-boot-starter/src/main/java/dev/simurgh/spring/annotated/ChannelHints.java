package dev.simurgh.spring.annotated;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.spring.SimurghChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Says, when an application is processed ahead of time, which methods of annotated channels are called and which classes their payloads are
 * made of: a native image keeps nothing else of them. What is wrong with a channel fails the build.
 */
final class ChannelHints implements BeanRegistrationAotProcessor {
    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
        if (ChannelSpec.class.isAssignableFrom(type)
                || !AnnotatedElementUtils.hasAnnotation(type, SimurghChannel.class)) {
            return null;
        }
        Problems problems = new Problems();
        ChannelClass channel = ChannelClass.of(type, BeanTypes.NONE, problems);
        problems.throwIfAny();
        return (generation, code) ->
                register(channel, type, generation.getRuntimeHints().reflection());
    }

    private static void register(ChannelClass channel, Class<?> type, ReflectionHints hints) {
        hints.registerType(type);
        for (HandlerMethod handler : channel.handlers()) {
            hints.registerMethod(handler.method(), ExecutableMode.INVOKE);
        }
        Set<Class<?>> payloads = channel.payloads();
        new BindingReflectionHintsRegistrar().registerReflectionHints(hints, payloads.toArray(Class<?>[]::new));
        payloads.stream().filter(Class::isArray).forEach(hints::registerType);
    }
}
