package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GuardedListenerTest {
    private final List<String> heard = new ArrayList<>();

    @TestFactory
    Stream<DynamicTest> whatAListenerThrowsStaysInside() {
        InvocationHandler throwing = (proxy, method, args) -> {
            heard.add(method.getName());
            throw new IllegalStateException("on purpose");
        };
        EndpointListener guarded = new GuardedListener((EndpointListener)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {EndpointListener.class}, throwing));
        return Stream.of(EndpointListener.class.getMethods())
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    assertThatCode(() -> method.invoke(guarded, arguments(method)))
                            .doesNotThrowAnyException();
                    assertThat(heard).contains(method.getName());
                }));
    }

    private static Object[] arguments(Method method) {
        return Stream.of(method.getParameterTypes())
                .map(type -> type == long.class ? (Object) 1L : type == int.class ? (Object) 1 : null)
                .toArray();
    }
}
