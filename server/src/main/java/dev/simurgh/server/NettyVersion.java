package dev.simurgh.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the server can run on the Netty that is on the class path: a build tool may have taken an older one, because
 * something else in the application asks for it. Without a word from here, the application would see a {@link
 * NoClassDefFoundError}, at some time. Uses no class of Netty.
 *
 * <p>Libraries that carry a Netty of their own under another name, as gRPC does, also carry its list of versions. So a list
 * counts only if it stands where the classes are.
 */
final class NettyVersion {
    private static final Logger log = LoggerFactory.getLogger(NettyVersion.class);

    /** The oldest that has all that is used here. */
    static final String OLDEST = "4.2.0.Final";
    /** The one that Simurgh is built and tested with. */
    static final String BUILT_WITH = "4.2.18.Final";

    private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d+)\\.(\\d+)\\..*");
    private static final String VERSIONS = "META-INF/io.netty.versions.properties";
    private static final String VERSION = ".version";
    /** One of each module that is used. */
    private static final List<String> CLASSES = List.of(
            "io/netty/buffer/ByteBuf.class",
            "io/netty/channel/Channel.class",
            "io/netty/channel/epoll/Epoll.class",
            "io/netty/channel/unix/Unix.class",
            "io/netty/channel/uring/IoUring.class",
            "io/netty/handler/codec/ByteToMessageDecoder.class",
            "io/netty/handler/codec/haproxy/HAProxyMessage.class",
            "io/netty/handler/codec/http/HttpObject.class",
            "io/netty/handler/ssl/SslHandler.class",
            "io/netty/resolver/AddressResolver.class",
            "io/netty/util/ReferenceCounted.class");

    /** New in 4.2. For class paths that were packed to one file, where lists of versions are missing or mixed. */
    private static final String PROBE = "io.netty.channel.MultiThreadIoEventLoopGroup";

    private NettyVersion() {}

    static void check() {
        ClassLoader loader = NettyVersion.class.getClassLoader();
        check(found(loader), has(PROBE, loader));
    }

    /** The versions by module; empty if they cannot be told. */
    static Map<String, String> found(ClassLoader loader) {
        Set<String> homes = CLASSES.stream()
                .flatMap(name -> loader.resources(name).limit(1).map(url -> home(url, name)))
                .collect(Collectors.toSet());
        Map<String, String> found = new TreeMap<>();
        if (homes.size() > 1) {
            loader.resources(VERSIONS)
                    .filter(url -> homes.contains(home(url, VERSIONS)))
                    .forEach(url -> found.putAll(read(url)));
        }
        return found;
    }

    /** The file or folder that a resource is in. */
    private static String home(URL resource, String name) {
        String url = resource.toString();
        return url.substring(0, url.length() - name.length());
    }

    private static Map<String, String> read(URL versions) {
        Properties list = new Properties();
        try (InputStream in = versions.openStream()) {
            list.load(in);
        } catch (IOException | IllegalArgumentException e) {
            log.debug("{} cannot be read", versions, e);
            return Map.of();
        }
        return list.stringPropertyNames().stream()
                .filter(key -> key.endsWith(VERSION))
                .collect(Collectors.toMap(key -> key.substring(0, key.length() - VERSION.length()), list::getProperty));
    }

    static void check(Map<String, String> found, boolean probe) {
        Map<String, String> old = new TreeMap<>(found);
        old.entrySet().removeIf(module -> !isModule(module.getKey()) || !isOld(module.getValue()));
        if (!old.isEmpty()) {
            throw tooOld(old.toString());
        }
        if (!probe) {
            throw tooOld("without " + PROBE);
        }
    }

    /** Netty's bindings to other libraries count on their own. */
    private static boolean isModule(String artifact) {
        return artifact.startsWith("netty-")
                && !artifact.startsWith("netty-tcnative")
                && !artifact.startsWith("netty-incubator");
    }

    private static boolean isOld(String version) {
        Matcher numbers = MAJOR_MINOR.matcher(version);
        if (!numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major < 4 || (major == 4 && Integer.parseInt(numbers.group(2)) < 2);
    }

    private static ServerStartException tooOld(String found) {
        return new ServerStartException("Netty on the class path: " + found + " (expected: " + OLDEST
                + " or newer; Simurgh is built with " + BUILT_WITH
                + "). Something else in the application asks for the older one:"
                + " import io.netty:netty-bom:" + BUILT_WITH
                + " before other BOMs, or with Spring Boot set the property"
                + " netty.version");
    }

    private static boolean has(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
