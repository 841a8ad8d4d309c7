package dev.simurgh.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** What {@link ChannelCase.Extension} does. Apart, so that a case without JUnit loads nothing of it. */
abstract class CaseExtension
        implements ParameterResolver, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(ChannelCase.Extension.class);

    private final ChannelCase.Builder builder;
    private final boolean settings;

    CaseExtension(ChannelCase.Builder builder, boolean settings) {
        this.builder = builder;
        this.settings = settings;
    }

    // Of several extensions around a test one makes its case. JUnit calls them in the order of their registration.

    @Override
    public void beforeAll(ExtensionContext context) {
        stand(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        stand(context);
    }

    private void stand(ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        if (settings || store.get(ChannelCase.Extension.class) == null) {
            store.put(ChannelCase.Extension.class, this);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() != ChannelCase.class) {
            return false;
        }
        Store store = context.getStore(NAMESPACE);
        if (store.get(ChannelCase.Extension.class)
                == null) { // the constructor of a class whose tests share an instance
            store.put(ChannelCase.Extension.class, this);
        }
        return store.get(ChannelCase.Extension.class) == this;
    }

    /**
     * Makes the case of this test, or gives the one that was made.
     *
     * @throws ParameterResolutionException for a constructor, a {@code @BeforeAll} or {@code @AfterAll} method, and for a second parameter
     */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Executable method = parameter.getDeclaringExecutable();
        if (method instanceof Constructor || context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("ChannelCase: parameter of " + method.toGenericString()
                    + " (expected: of a test, @BeforeEach or @AfterEach method, since each test has a case of its own;"
                    + " one for a whole class comes from ChannelCase.create() and is closed in @AfterAll)");
        }
        if (Stream.of(method.getParameterTypes())
                        .filter(ChannelCase.class::equals)
                        .count()
                > 1) {
            throw new ParameterResolutionException("ChannelCase: several parameters of " + method.toGenericString()
                    + " (expected: one, since a test has one case; others come from ChannelCase.create(),"
                    + " or as nodes of a cluster from TestCluster.channelCase(name))");
        }
        ChannelCase open = open(context);
        if (open == null) {
            open = builder.build();
            context.getStore(NAMESPACE).put(ChannelCase.class, open);
        }
        return open;
    }

    private static @Nullable ChannelCase open(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(ChannelCase.class, ChannelCase.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ChannelCase open = context.getStore(NAMESPACE).remove(ChannelCase.class, ChannelCase.class);
        if (open != null) {
            open.close();
        }
    }

    // A method with a time limit may have a thread of its own, behind the one that has made the case.

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onItsThread(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onItsThread(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onItsThread(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onItsThread(invocation, context);
    }

    private static void onItsThread(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        ChannelCase open = open(context);
        if (open != null) {
            open.logs(); // hears this thread from now on
        }
        invocation.proceed();
    }
}
