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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GuardedListenerTest {
    private final List<String> heard = new ArrayList<>();

    @TestFactory
    Stream<DynamicTest> whatAListenerThrowsStaysInside() {
        InvocationHandler throwing = (proxy, method, args) -> {
            heard.add(method.getName());
            throw new AssertionError("on purpose");
        };
        EndpointListener guarded = new GuardedListener(List.of((EndpointListener) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EndpointListener.class}, throwing)));
        return Stream.of(EndpointListener.class.getMethods())
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    assertThatCode(() -> method.invoke(guarded, arguments(method)))
                            .doesNotThrowAnyException();
                    assertThat(heard).contains(method.getName());
                }));
    }

    @Test
    void onlyWhatTheListenerHasCodeForIsWorthTheEffort() {
        var pushes = new GuardedListener(List.of(new EndpointListener() {
            @Override
            public void pushed(String mount, String pattern, String topic, String event, int bytes) {
                heard.add(event);
            }
        }));
        assertThat(pushes.hearsPushed()).isTrue();
        assertThat(pushes.hearsWaited() || pushes.hearsHandledIn() || pushes.hearsSent() || pushes.hearsReceived())
                .isFalse();
        pushes.pushed("/socket", "room:*", "room:1", "news", 10);
        pushes.dropped(EndpointListener.Drop.NO_FORM);
        assertThat(heard).containsExactly("news");
    }

    @Test
    void codeThatIsInheritedCountsToo() {
        class Base implements EndpointListener {
            @Override
            public void received(String mount, String transport, int bytes) {
                heard.add("received");
            }
        }
        class Derived extends Base {}
        var guarded = new GuardedListener(List.of(new Derived()));
        assertThat(guarded.hearsReceived()).isTrue();
        assertThat(guarded.hearsSent()).isFalse();
    }

    @Test
    void noTwoMethodsHaveTheSameName() {
        assertThat(Stream.of(EndpointListener.class.getMethods()).map(Method::getName))
                .doesNotHaveDuplicates();
    }

    private static Object[] arguments(Method method) {
        return Stream.of(method.getParameterTypes())
                .map(type -> type == long.class ? (Object) 1L : type == int.class ? (Object) 1 : null)
                .toArray();
    }

    @Test
    void oneThatAlwaysThrowsDoesNotFillTheLog() {
        GuardedListener listener = new GuardedListener(List.of(new EndpointListener() {
            @Override
            public void received(String mount, String transport, int bytes) {
                throw new IllegalStateException("on purpose");
            }
        }));
        try (LogCapture log = new LogCapture(ch.qos.logback.classic.Level.ERROR)) {
            for (int i = 0; i < 1000; i++) {
                listener.received("/socket", "fake", 1);
            }
            assertThat(log.lines()).hasSize(1);
        }
    }
}
