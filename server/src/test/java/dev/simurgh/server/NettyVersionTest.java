package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.simurgh.channel.Endpoint;
import io.netty.util.Version;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NettyVersionTest {
    /** Where the build puts a Netty that is too old. */
    private static final Path OLD = Path.of("target/netty-4.1");

    @Test
    void aServerOnAnOlderNettySaysWhatItFoundAndWhatItWants() throws Exception {
        try (URLClassLoader loader = withOldNetty()) {
            assertThatExceptionOfType(InvocationTargetException.class)
                    .isThrownBy(() -> builder(loader))
                    .havingCause()
                    .matches(e -> e.getClass().getName().equals(ServerStartException.class.getName()))
                    .withMessageStartingWith("Netty on the class path: {netty-buffer=4.1.137.Final, ")
                    .withMessageEndingWith("(expected: 4.2.0.Final or newer; Simurgh is built with 4.2.18.Final)."
                            + " Something else in the application asks for the older one: import"
                            + " io.netty:netty-bom:4.2.18.Final before other BOMs, or with Spring Boot set the property"
                            + " netty.version");
        }
    }

    @Test
    void aNettyThatAnotherLibraryCarriesUnderItsOwnNamesIsNoMatter(@TempDir Path library) throws Exception {
        Path versions = library.resolve("META-INF/io.netty.versions.properties");
        Files.createDirectories(versions.getParent());
        Files.writeString(versions, """
                netty-transport-native-epoll.version=4.1.110.Final
                netty-transport-native-epoll.buildDate=2024-05-22 06\\:46\\:05 +0000
                netty-transport-native-epoll.commitDate=2024-05-22 06\\:40\\:25 +0000
                netty-transport-native-epoll.shortCommitHash=df2fc3b
                netty-transport-native-epoll.longCommitHash=df2fc3bb83ba3f9f9a8a6c1ab7ae6a6ee5a9f3c0
                netty-transport-native-epoll.repositoryStatus=clean
                """);
        List<URL> urls = new ArrayList<>();
        for (Path entry : classPath().toList()) {
            urls.add(entry.toUri().toURL());
        }
        for (int at : new int[] {0, urls.size()}) {
            List<URL> all = new ArrayList<>(urls);
            all.add(at, library.toUri().toURL());
            try (URLClassLoader loader = loader(all)) {
                assertThatCode(() -> builder(loader)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void oneOlderModuleAmongNewOnesIsFound() throws Exception {
        try (Stream<Path> old = Files.list(OLD)) {
            List<URL> urls = new ArrayList<>();
            for (Path entry : Stream.concat(
                            old.filter(jar -> jar.getFileName().toString().startsWith("netty-codec-http-")),
                            classPath())
                    .toList()) {
                urls.add(entry.toUri().toURL());
            }
            try (URLClassLoader loader = loader(urls)) {
                assertThatExceptionOfType(InvocationTargetException.class)
                        .isThrownBy(() -> builder(loader))
                        .havingCause()
                        .withMessageStartingWith(
                                "Netty on the class path: {netty-codec-http=4.1.137.Final} (expected: 4.2.0.Final");
            }
        }
    }

    @Test
    void oneOlderModuleAmongNewOnesIsNamed() {
        assertThatExceptionOfType(ServerStartException.class)
                .isThrownBy(() -> NettyVersion.check(
                        Map.of("netty-common", "4.2.18.Final", "netty-codec-http", "4.1.118.Final"), true))
                .withMessageStartingWith(
                        "Netty on the class path: {netty-codec-http=4.1.118.Final} (expected: 4.2.0.Final");
    }

    @Test
    void whereTheVersionsAreNotToldAClassDecides() {
        assertThatCode(() -> NettyVersion.check(Map.of(), true)).doesNotThrowAnyException();
        assertThatExceptionOfType(ServerStartException.class)
                .isThrownBy(() -> NettyVersion.check(Map.of(), false))
                .withMessageStartingWith(
                        "Netty on the class path: without io.netty.channel.MultiThreadIoEventLoopGroup (");
    }

    @Test
    void newerOnesAndBindingsToOtherLibrariesAreNoMatter() {
        assertThatCode(() -> NettyVersion.check(
                        Map.of(
                                "netty-common", "4.2.0.Final",
                                "netty-buffer", "4.3.1.Final",
                                "netty-handler", "5.0.0.Alpha2",
                                "netty-tcnative-classes", "2.0.84.Final"),
                        true))
                .doesNotThrowAnyException();
    }

    @Test
    void theVersionThatTheErrorNamesIsTheOneOfThisBuild() {
        assertThat(Version.identify().get("netty-common"))
                .isNotNull()
                .extracting(Version::artifactVersion)
                .isEqualTo(NettyVersion.BUILT_WITH);
    }

    private static void builder(ClassLoader loader) throws ReflectiveOperationException {
        Class<?> endpoint = loader.loadClass(Endpoint.class.getName());
        loader.loadClass(Server.class.getName()).getMethod("builder", endpoint).invoke(null, new Object[] {null});
    }

    /** The class path of this test, with the older Netty in the place of the newer. */
    private static URLClassLoader withOldNetty() throws IOException {
        List<URL> urls = new ArrayList<>();
        try (Stream<Path> old = Files.list(OLD)) {
            Stream<Path> others =
                    classPath().filter(entry -> !entry.getFileName().toString().startsWith("netty-"));
            for (Path entry : Stream.concat(old, others).toList()) {
                urls.add(entry.toUri().toURL());
            }
        }
        return loader(urls);
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    private static URLClassLoader loader(List<URL> urls) {
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
