package dev.simurgh.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of snippets, in front of the application's own loader. The JDK's loader would do, but only on newer versions can it
 * be given a parent, and it would load the class path a second time.
 */
final class SnippetLoader extends ClassLoader implements LoaderDelegate {
    private final Map<String, byte[]> snippets = new ConcurrentHashMap<>();

    SnippetLoader(ClassLoader parent) {
        super("console", parent);
    }

    @Override
    public void load(ClassBytecodes[] classes) throws ClassInstallException {
        boolean[] loaded = new boolean[classes.length];
        for (ClassBytecodes snippet : classes) {
            snippets.put(snippet.name(), snippet.bytecodes());
        }
        try {
            for (int i = 0; i < classes.length; i++) {
                loaded[i] = loadClass(classes[i].name()).getClassLoader() == this;
            }
        } catch (ClassNotFoundException | LinkageError e) {
            throw new ClassInstallException(String.valueOf(e), loaded);
        }
    }

    @Override
    public Class<?> findClass(String name) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name, snippets.get(name)) : known;
        }
    }

    private Class<?> define(String name, byte @Nullable [] code) throws ClassNotFoundException {
        if (code == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, code, 0, code.length);
    }

    @Override
    public void classesRedefined(ClassBytecodes[] classes) {
        // Never: JShell gives a changed snippet a class of a new name where it cannot redefine.
    }

    @Override
    public void addToClasspath(String path) {
        // The parent has all of it.
    }
}
