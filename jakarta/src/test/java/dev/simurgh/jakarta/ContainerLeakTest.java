package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Whether the classes of an application that has gone, with Simurgh in its WAR, can go too, while the container's stay. */
class ContainerLeakTest {
    /** As a container's loader for one application: what is in the WAR comes from there. */
    private static final class WarLoader extends ClassLoader {
        WarLoader(ClassLoader container) {
            super(container);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.simurgh.jakarta.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void theContainersSessionsDoNotHoldOnToAnApplication() throws Exception {
        ClassLoader container = getClass().getClassLoader();
        Session session = (Session)
                Proxy.newProxyInstance(container, new Class<?>[] {Session.class}, (proxy, method, arguments) -> null);
        WeakReference<ClassLoader> application = use(new WarLoader(container), session);
        await().untilAsserted(() -> {
            System.gc();
            assertThat(application.get()).isNull();
        });
        assertThat(session).isNotNull();
    }

    private static WeakReference<ClassLoader> use(ClassLoader application, Session session) throws Exception {
        Class<?> loaded = application.loadClass(Container.class.getName());
        assertThat(loaded).isNotEqualTo(Container.class);
        Method of = loaded.getDeclaredMethod("of", Session.class);
        of.setAccessible(true);
        assertThat(of.invoke(null, session)).isNotNull();
        return new WeakReference<>(application);
    }
}
