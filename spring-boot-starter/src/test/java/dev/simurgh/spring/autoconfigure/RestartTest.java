package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghChannel;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;

/** An application that is started again and again in one process, each time with classes of its own, as under devtools. */
public class RestartTest {
    /** On the side that is not restarted. */
    public static final InMemoryCluster CLUSTER = new InMemoryCluster();

    /** Restarted: its class is another one each time. */
    public static final class Room {
        Room() {}
    }

    @Configuration
    @EnableAutoConfiguration
    public static class Application {
        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Room> room() {
            int classes = System.identityHashCode(Room.class);
            return ChannelSpec.builder(Room::new)
                    .handleIn("ask", Map.class, (room, asked, socket) -> Result.ok(Map.of("classes", classes)))
                    .build();
        }

        @Bean
        ClusterAdapter cluster() {
            return RestartTest.CLUSTER.node("app@test");
        }
    }

    /** Loads the two classes above itself, and asks its parent for all else. */
    private static final class RestartLoader extends ClassLoader {
        RestartLoader() {
            super(RestartTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return name.equals(Room.class.getName()) || name.equals(Application.class.getName())
                        ? own(name)
                        : super.loadClass(name, resolve);
            }
        }

        private Class<?> own(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    @Tag("one-boot")
    void nothingIsLeftOfSomeRestarts() throws Exception {
        restart(4);
    }

    @Test
    @Tag("long")
    void nothingIsLeftOfTwentyRestarts() throws Exception {
        restart(20);
    }

    private static void restart(int times) throws Exception {
        int port = Runners.freePort();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Endpoint other =
                Endpoint.builder().cluster(CLUSTER.node("other@test")).build()) {
            other.node().addListener(new NodeListener() {
                @Override
                public void nodeUp(NodeId node) {
                    seen.add("up");
                }

                @Override
                public void nodeDown(NodeId node) {
                    seen.add("down");
                }
            });
            Set<Thread> before = FailedStartTest.threads();
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                loaders.add(new WeakReference<>(restarted(port)));
                assertThat(other.node().list()).isEmpty();
            }
            assertThat(seen).hasSize(2 * times).startsWith("up", "down").endsWith("up", "down");
            await().untilAsserted(() -> assertThat(before).containsAll(FailedStartTest.threads()));
            await().untilAsserted(() -> {
                System.gc();
                assertThat(loaders)
                        .extracting(RestartTest::left)
                        .filteredOn(left -> left != null)
                        .hasSizeLessThan(2);
            });
        }
    }

    private static @Nullable ClassLoader left(WeakReference<ClassLoader> loader) {
        return loader.get();
    }

    private static ClassLoader restarted(int port) throws Exception {
        ClassLoader loader = new RestartLoader();
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
                                new DefaultResourceLoader(loader), loader.loadClass(Application.class.getName()))
                        .web(WebApplicationType.NONE)
                        .properties("simurgh.server.port=" + port, "spring.main.banner-mode=off")
                        .run();
                Client client = new Client(port)) {
            assertThat(context.isRunning()).isTrue();
            client.join("room:1");
            int classes = System.identityHashCode(loader.loadClass(Room.class.getName()));
            assertThat(client.ask("[\"1\",\"2\",\"room:1\",\"ask\",{}]")).contains("\"classes\":" + classes);
        } finally {
            thread.setContextClassLoader(own);
        }
        return loader;
    }
}
