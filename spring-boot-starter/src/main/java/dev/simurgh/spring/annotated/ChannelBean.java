package dev.simurgh.spring.annotated;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Socket;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.util.ClassUtils;

/** An annotated channel whose objects are beans: Spring makes one for each join, and ends it behind the channel. */
final class ChannelBean {
    private final ConfigurableListableBeanFactory beans;
    private final String name;
    private final Class<?> type;
    private final Problems problems;
    private final boolean declaresEnd;

    ChannelBean(ConfigurableListableBeanFactory beans, String name, Class<?> type, Problems problems) {
        this.beans = beans;
        this.name = name;
        this.type = ClassUtils.getUserClass(type);
        this.problems = problems;
        this.declaresEnd = declaresEnd();
    }

    Optional<ChannelSpec<?>> spec(List<HandlerInterceptor> interceptors) {
        ChannelClass channel = ChannelClass.of(type, this::hasBean, problems);
        if (beans.isPrototype(name)) {
            checkProxy(channel);
        } else {
            problems.add(
                    type,
                    "bean " + name + " of scope " + scope()
                            + " (expected: prototype, which @SimurghChannel brings, since each join has an object of its own)");
        }
        if (channel.asksWho()) {
            beans.getBeanProvider(Principals.class).ifAvailable(Principals::ask);
        }
        return channel.spec(
                this::make, this::joining, interceptors, text -> String.valueOf(beans.resolveEmbeddedValue(text)));
    }

    private String scope() {
        String target = ScopedProxyUtils.getTargetBeanName(name);
        return beans.containsBeanDefinition(target)
                ? beans.getMergedBeanDefinition(target).getScope() + " with a proxy"
                : String.valueOf(beans.getMergedBeanDefinition(name).getScope());
    }

    /** Payloads are hardly beans; but a bean may be of a class of the JDK. */
    private boolean hasBean(Class<?> parameter) {
        return !parameter.isPrimitive()
                && !parameter.isArray()
                && !parameter.getName().startsWith("java.")
                && beans.getBeanNamesForType(parameter, true, false).length > 0;
    }

    /** What Spring puts around the objects has to be a subclass, and overrides no private method. */
    private void checkProxy(ChannelClass channel) {
        Class<?> proxy = proxy();
        if (proxy == type || !beans.containsBeanDefinition(name)) {
            return;
        }
        if (!type.isAssignableFrom(proxy)) {
            problems.add(type, notASubclass(proxy));
            return;
        }
        for (HandlerMethod handler : channel.handlers()) {
            Method method = handler.method();
            String hindrance = hindrance(method, type);
            if (!hindrance.isEmpty()) {
                problems.add(
                        type,
                        method,
                        hindrance
                                + " in a class that gets a proxy, as for @Transactional or @PreAuthorize (expected: a method that a subclass can override)");
            }
        }
    }

    /** What keeps a subclass from overriding a method, whose advice would be passed by; empty if nothing does. */
    private static String hindrance(Method method, Class<?> type) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers)) {
            return "private";
        }
        if (Modifier.isFinal(modifiers)) {
            return "final";
        }
        boolean ofItsPackage = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
        return ofItsPackage && !method.getDeclaringClass().getPackage().equals(type.getPackage())
                ? "of another package, and neither public nor protected,"
                : "";
    }

    private static String notASubclass(Class<?> proxy) {
        return "gets a proxy that is no subclass, "
                + (Proxy.isProxyClass(proxy) ? "of its interfaces" : proxy.getName())
                + " (expected: a subclass: spring.aop.proxy-target-class=true, or proxyTargetClass = true where the proxies are enabled)";
    }

    /** The class that the objects will have: of several that stand around beans, each is asked for itself. */
    private Class<?> proxy() {
        if (beans instanceof AbstractBeanFactory factory) {
            for (BeanPostProcessor processor : factory.getBeanPostProcessors()) {
                if (processor instanceof SmartInstantiationAwareBeanPostProcessor smart) {
                    Class<?> made = proxy(smart);
                    if (made != type) {
                        return made;
                    }
                }
            }
        }
        return type;
    }

    private Class<?> proxy(SmartInstantiationAwareBeanPostProcessor processor) {
        try {
            return processor.determineBeanType(type, name);
        } catch (AopConfigException e) {
            problems.add(
                    type,
                    notExtensible()
                            .map(
                                    what -> what
                                            + ", and gets a proxy, as for @Transactional or @PreAuthorize (expected: a class that a subclass can extend)")
                            .orElseGet(() -> "cannot get its proxy: " + e.getMessage()));
            return type;
        }
    }

    private Optional<String> notExtensible() {
        if (Modifier.isFinal(type.getModifiers())) {
            return Optional.of("final");
        }
        return Stream.of(type.getDeclaredConstructors()).allMatch(made -> Modifier.isPrivate(made.getModifiers()))
                ? Optional.of("only private constructors")
                : Optional.empty();
    }

    private Object make() {
        Object bean = beans.getBean(name);
        if (!type.isInstance(bean)) {
            throw new IllegalStateException("bean " + name + ": " + notASubclass(bean.getClass()));
        }
        return bean;
    }

    private void joining(Object bean, Socket socket) {
        Object ended = target(bean);
        if (hasEnd(ended)) {
            socket.atEnd(() -> beans.destroyBean(name, ended));
        }
    }

    /** What is behind a proxy. */
    private static Object target(Object bean) {
        Object target = AopProxyUtils.getSingletonTarget(bean);
        return target == null ? bean : target;
    }

    private boolean hasEnd(Object bean) {
        return declaresEnd || endsOf(beans).anyMatch(processor -> processor.requiresDestruction(bean));
    }

    private boolean declaresEnd() {
        return DisposableBean.class.isAssignableFrom(type)
                || AutoCloseable.class.isAssignableFrom(type)
                || (beans.containsBeanDefinition(name)
                        && beans.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition
                        && hasText(definition.getDestroyMethodNames()));
    }

    private static boolean hasText(String @Nullable [] names) {
        return names != null && names.length > 0;
    }

    private static Stream<DestructionAwareBeanPostProcessor> endsOf(ConfigurableListableBeanFactory beans) {
        return beans instanceof AbstractBeanFactory factory
                ? factory.getBeanPostProcessors().stream()
                        .filter(DestructionAwareBeanPostProcessor.class::isInstance)
                        .map(DestructionAwareBeanPostProcessor.class::cast)
                : Stream.empty();
    }
}
