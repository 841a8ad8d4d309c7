package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in the packed jar: nothing that another Netty would take for its own, and nothing that looks for one. */
class ShadedJarIT {
    private static final Path JAR = Path.of(System.getProperty("shaded.jar"));
    private static final String OURS = "dev/simurgh/shaded/io/netty/";
    /** Netty as a package, in a class file or a text. */
    private static final Pattern NETTY = Pattern.compile("(?<!dev[./]simurgh[./]shaded[./])io[./]netty[./]");

    @Test
    void everyFileIsOursByItsName() throws IOException {
        List<String> strange = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (String name : names(jar).toList()) {
                if (!name.startsWith("dev/simurgh/server/")
                        && !name.startsWith(OURS)
                        && !name.startsWith("dev/simurgh/shaded/netty/")
                        && !name.startsWith("META-INF/native/libdev_simurgh_shaded_netty_transport_native_")
                        && !name.startsWith("META-INF/native-image/dev.simurgh/simurgh-server-shaded/")
                        && !name.startsWith("META-INF/maven/dev.simurgh/simurgh-server-shaded/")
                        && !name.startsWith("META-INF/netty/")
                        && !name.startsWith("META-INF/services/")) {
                    strange.add(name);
                }
            }
        }
        assertThat(strange)
                .containsExactlyInAnyOrder("META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/NOTICE.txt");
    }

    @Test
    void bothSystemsHaveBothNativeLibraries() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(names(jar).filter(name -> name.startsWith("META-INF/native/")))
                    .containsExactlyInAnyOrder(
                            "META-INF/native/libdev_simurgh_shaded_netty_transport_native_epoll_x86_64.so",
                            "META-INF/native/libdev_simurgh_shaded_netty_transport_native_epoll_aarch_64.so",
                            "META-INF/native/libdev_simurgh_shaded_netty_transport_native_io_uring42_x86_64.so",
                            "META-INF/native/libdev_simurgh_shaded_netty_transport_native_io_uring42_aarch_64.so");
        }
    }

    /**
     * Neither a class nor a system property: of this Netty they begin with {@code dev.simurgh.shaded.}, too. What it writes to
     * the log still has the old names of properties.
     */
    @Test
    void noClassNamesNettyAsItWas() throws IOException {
        Set<String> texts = new TreeSet<>();
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        constants(in).stream()
                                .filter(text -> NETTY.matcher(text).find())
                                .filter(text -> !text.contains(" ") && !text.contains("-D"))
                                .forEach(text -> texts.add(entry.getName() + ": " + text));
                    }
                }
            }
        }
        // A list that tells versions and no more: whose it is, does not matter.
        assertThat(texts)
                .containsExactlyInAnyOrder(
                        "dev/simurgh/server/NettyVersion.class: META-INF/io.netty.versions.properties",
                        OURS + "util/Version.class: META-INF/io.netty.versions.properties");
    }

    @Test
    void whatServicesAndNativeImagesAreToldIsInTheJar() throws IOException {
        Pattern netty =
                Pattern.compile("dev\\.simurgh\\.shaded\\.io\\.netty(?:\\.[a-z_]\\w*)*\\.[A-Z]\\w*(?:\\$\\w+)*");
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> files = names(jar)
                    .filter(name -> name.startsWith("META-INF/services/") || name.startsWith("META-INF/native-image/"))
                    .toList();
            assertThat(files)
                    .contains("META-INF/services/reactor.blockhound.integration.BlockHoundIntegration")
                    .hasSizeGreaterThan(15);
            for (String file : files) {
                String text = new String(jar.getInputStream(jar.getEntry(file)).readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text).as(file).doesNotContainPattern(NETTY);
                netty.matcher(text)
                        .results()
                        .map(name -> name.group().replace('.', '/') + ".class")
                        .forEach(name -> assertThat(jar.getEntry(name))
                                .as("%s of %s", name, file)
                                .isNotNull());
            }
        }
    }

    @Test
    void nettysLicenceAndThoseOfWhatItTookFromOthersAreThere() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(names(jar))
                    .contains("META-INF/netty/LICENSE.txt", "META-INF/netty/NOTICE.txt")
                    .anyMatch(name -> name.startsWith("META-INF/netty/license/"));
        }
    }

    @Test
    void itsPomAsksForAllThatTheServerAsksForButNetty() throws Exception {
        String reduced = Files.readString(Path.of(System.getProperty("reduced.pom")));
        assertThat(dependencies(reduced))
                .containsAll(dependencies(Files.readString(Path.of("../server/pom.xml"))).stream()
                        .filter(artifact -> !artifact.startsWith("netty-") && !artifact.equals("simurgh-netty"))
                        .toList())
                .noneMatch(artifact -> artifact.startsWith("netty-")
                        || artifact.equals("simurgh-server")
                        || artifact.equals("simurgh-netty"));
    }

    private static List<String> dependencies(String pom) {
        String own = pom.replaceAll("(?s)<build>.*</build>", "").replaceAll("(?s)<(properties|parent)>.*?</\\1>", "");
        return Pattern.compile("(?s)<dependency>.*?</dependency>")
                .matcher(own)
                .results()
                .map(found -> found.group())
                .filter(text -> !text.contains("<scope>test</scope>"))
                .map(text -> text.replaceAll("(?s).*<artifactId>(.*?)</artifactId>.*", "$1"))
                .toList();
    }

    private static Stream<String> names(JarFile jar) {
        return jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName);
    }

    /** The texts of a class file's constant pool: JVMS 4.4. */
    private static List<String> constants(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        data.skipNBytes(8);
        int count = data.readUnsignedShort();
        List<String> texts = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = data.readUnsignedByte();
            switch (tag) {
                case 1 -> texts.add(data.readUTF());
                case 5, 6 -> {
                    data.skipNBytes(8);
                    i++; // takes two places
                }
                case 7, 8, 16, 19, 20 -> data.skipNBytes(2);
                case 15 -> data.skipNBytes(3);
                default -> data.skipNBytes(4);
            }
        }
        return texts;
    }
}
