package dev.simurgh.server.http;

import dev.simurgh.transport.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;

/** Where static files come from. */
public sealed interface FileSource {
    /** Stands before a folder that is on the class path. */
    String CLASS_PATH = "classpath:";

    /** Finds a regular file by its name, which holds neither {@code ..} nor a backslash. */
    Optional<Found> find(String name) throws IOException;

    /** Opens a file. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /**
     * A file that is there.
     *
     * @param length in bytes
     * @param modified when it was changed, in milliseconds since 1970
     */
    record Found(long length, long modified, Opener opener) {
        InputStream open() throws IOException {
            return opener.open();
        }
    }

    /**
     * Takes the directory of that name, or else what is on the class path under it; with {@value #CLASS_PATH} in front
     * the class path only.
     *
     * @throws IllegalArgumentException if there is neither
     */
    static FileSource of(String classPathOrDirectory) {
        boolean classPathOnly = classPathOrDirectory.startsWith(CLASS_PATH);
        String name = classPathOnly ? classPathOrDirectory.substring(CLASS_PATH.length()) : classPathOrDirectory;
        try {
            if (!classPathOnly && Files.isDirectory(Path.of(name))) {
                return new Directory(Path.of(name).toRealPath());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("files: " + name + " (expected: readable)", e);
        }
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassPath classPath = new ClassPath(
                context == null ? FileSource.class.getClassLoader() : context,
                (Routes.normalize(name) + "/").substring(1));
        if (!classPath.exists()) {
            throw new IllegalArgumentException("files: " + classPathOrDirectory
                    + " (expected: a directory, or a folder on the class path, best with an index.html)");
        }
        return classPath;
    }

    /** The files of a directory; its path has no symbolic links. */
    record Directory(Path root) implements FileSource {
        @Override
        public Optional<Found> find(String name) throws IOException {
            return regular(root.resolve(name), root);
        }

        /** Finds a file, unless a symbolic link leads out of the root. */
        static Optional<Found> regular(Path file, Path root) throws IOException {
            if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
                return Optional.empty();
            }
            long modified = Files.getLastModifiedTime(file).toMillis();
            return Optional.of(new Found(Files.size(file), modified, () -> Files.newInputStream(file)));
        }
    }

    /** What is on the class path under a folder, whose name ends with a slash. */
    record ClassPath(ClassLoader loader, String folder) implements FileSource {
        boolean exists() {
            return loader.getResource(folder) != null || loader.getResource(folder + "index.html") != null;
        }

        @Override
        public Optional<Found> find(String name) throws IOException {
            URL url = loader.getResource(folder + name);
            if (url == null) {
                return Optional.empty();
            }
            if (url.getProtocol().equals("file")) {
                // a directory on the class path would open as its listing
                Path file = pathOf(url);
                return Directory.regular(file, file.toRealPath());
            }
            return inArchive(url);
        }

        private static Optional<Found> inArchive(URL url) throws IOException {
            if (!(url.openConnection() instanceof JarURLConnection jar)) {
                return Optional.empty();
            }
            // not the connection's own getters: they open the archive's file and never close it
            JarEntry entry = jar.getJarEntry();
            return entry == null || entry.isDirectory() || entry.getSize() < 0
                    ? Optional.empty()
                    : Optional.of(new Found(entry.getSize(), entry.getTime(), url::openStream));
        }

        private static Path pathOf(URL url) throws IOException {
            try {
                return Path.of(url.toURI());
            } catch (URISyntaxException e) {
                throw new IOException("class path entry: " + url, e);
            }
        }
    }
}
