package dev.simurgh.server;

import io.netty.util.Version;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the server can run on the Netty that is on the class path: a build tool may have taken an older one, because
 * something else in the application asks for it. Without a word from here, the application would see a {@link
 * NoClassDefFoundError}, at some time. Uses no class of Netty that older ones do not have.
 */
final class NettyVersion {
    /** The oldest that has all that is used here. */
    static final String OLDEST = "4.2.0.Final";
    /** The one that Simurgh is built and tested with. */
    static final String BUILT_WITH = "4.2.18.Final";

    private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d+)\\.(\\d+)\\..*");
    /** New in 4.2. For class paths that were packed to one file, where what {@link Version} reads may be missing. */
    private static final String PROBE = "io.netty.channel.MultiThreadIoEventLoopGroup";

    private NettyVersion() {}

    static void check() {
        ClassLoader loader = NettyVersion.class.getClassLoader();
        Map<String, String> found = new TreeMap<>();
        Version.identify(loader).forEach((artifact, version) -> found.put(artifact, version.artifactVersion()));
        check(found, has(PROBE, loader));
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
