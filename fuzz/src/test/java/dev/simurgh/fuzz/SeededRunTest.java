package dev.simurgh.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Runs each target over its corpus, changed at random, in a JVM without any agent: the same inputs in each build, unless {@code -Dfuzz.seed}
 * says otherwise. {@code -Dfuzz.inputs} sets how many there are of each. What fails is written to {@code target/fuzz}, and belongs into the
 * corpus when it is mended.
 */
@Timeout(300)
class SeededRunTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_128);
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1_500);
    /** No input is larger than 4 KiB; the largest answer to one is a token's term, or a message that inflates. */
    private static final long MAX_ALLOCATED_BYTES = 32L << 20;

    @TestFactory
    Stream<DynamicTest> everyTargetTakesWhateverComes() throws IOException, URISyntaxException {
        List<Method> targets = targets();
        assertThat(targets).hasSizeGreaterThanOrEqualTo(10);
        return targets.stream()
                .map(target -> DynamicTest.dynamicTest(
                        target.getDeclaringClass().getSimpleName() + "." + target.getName(), () -> run(target)));
    }

    private static List<Method> targets() throws IOException, URISyntaxException {
        Path classes = Path.of(SeededRunTest.class.getResource("/").toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith("FuzzTest.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .sorted()
                    .flatMap(name -> Arrays.stream(type(name).getDeclaredMethods()))
                    .filter(method -> method.isAnnotationPresent(FuzzTest.class))
                    .toList();
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(Method target) throws ReflectiveOperationException, IOException {
        Constructor<?> constructor = target.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        target.setAccessible(true);
        Object owner = constructor.newInstance();
        List<byte[]> corpus = Corpus.of(target.getDeclaringClass(), target);
        for (byte[] input : corpus) {
            call(target, owner, input, Long.MAX_VALUE); // classes are loaded
        }
        Mutation mutation = new Mutation(SEED, corpus);
        for (int i = 0; i < INPUTS; i++) {
            call(target, owner, mutation.next(), MAX_ALLOCATED_BYTES);
        }
    }

    private static void call(Method target, Object owner, byte[] input, long most)
            throws IllegalAccessException, IOException {
        long before = allocatedBytes();
        try {
            target.invoke(owner, (Object) input.clone());
        } catch (InvocationTargetException e) {
            throw new AssertionError("failed for " + written(target, input), e.getCause());
        }
        long allocated = allocatedBytes() - before;
        if (allocated > most) {
            throw new AssertionError(
                    allocated + " bytes allocated (expected: at most " + most + ") for " + written(target, input));
        }
    }

    private static Path written(Method target, byte[] input) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "fuzz"));
        String name = target.getDeclaringClass().getSimpleName() + "-" + Integer.toHexString(Arrays.hashCode(input));
        return Files.write(folder.resolve(name), input);
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
