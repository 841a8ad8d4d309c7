package dev.simurgh.architecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The byte code of the classes that an importer would read; it only finds them here. */
final class ClassFiles {
    private ClassFiles() {}

    /** Shows each class to a visitor of its own. */
    static void visit(UnaryOperator<ClassFileImporter> options, Supplier<ClassVisitor> visitor, String... packages) {
        options.apply(new ClassFileImporter())
                .withImportOption(location -> {
                    read(location.asURI(), visitor.get());
                    return false;
                })
                .importPackages(packages);
    }

    private static void read(URI file, ClassVisitor visitor) {
        try (InputStream in = file.toURL().openStream()) {
            new ClassReader(in.readAllBytes()).accept(visitor, ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
