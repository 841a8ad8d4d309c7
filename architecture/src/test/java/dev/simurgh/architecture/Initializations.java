package dev.simurgh.architecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which classes the initialization of a class initializes (JLS 12.4.1): its superclass, the interfaces with a default method that it implements, and what its initializer makes, calls and
 * reads, as far as that is seen from what is called directly. What a lambda does counts as done by nobody.
 */
final class Initializations {
    private static final String INITIALIZER = "<clinit>()V";

    /** What a method does: the classes that it initializes, and the methods that it calls for sure. */
    private record Body(Set<String> classes, Set<String> calls) {}

    private final Map<String, Body> bodies = new HashMap<>();
    private final Map<String, List<String>> supertypes = new TreeMap<>();
    private final Map<String, String> outers = new HashMap<>(); // of anonymous classes
    private final Set<String> interfaces = new HashSet<>();
    private final Set<String> withDefaults = new HashSet<>();

    /** Of the classes that an importer would read. */
    static Initializations of(UnaryOperator<ClassFileImporter> options, String... packages) {
        Initializations all = new Initializations();
        ClassFiles.visit(options, () -> all.new Type(), packages);
        return all;
    }

    int classCount() {
        return supertypes.size();
    }

    /** Each two or more classes that initialize each other, without their packages. */
    List<List<String>> circles() {
        Map<String, Set<String>> from = new TreeMap<>();
        supertypes.keySet().forEach(type -> from.put(type, closure(type)));
        List<List<String>> circles = new ArrayList<>();
        Set<String> told = new HashSet<>();
        from.forEach((type, reached) -> {
            List<String> circle = reached.stream()
                    .filter(other -> from.getOrDefault(other, Set.of()).contains(type))
                    .toList();
            if (circle.size() > 1 && told.addAll(circle)) {
                circles.add(circle.stream()
                        .map(one -> one.substring(one.lastIndexOf('/') + 1))
                        .toList());
            }
        });
        return circles;
    }

    private Set<String> closure(String type) {
        Set<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(type));
        while (!open.isEmpty()) {
            for (String next : initializedBy(open.pop())) {
                if (reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }

    private Set<String> initializedBy(String type) {
        Set<String> all = new HashSet<>();
        if (!interfaces.contains(type)) {
            addSupertypes(type, all);
        }
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(type + "." + INITIALIZER));
        while (!open.isEmpty()) {
            String method = open.pop();
            Body body = bodies.get(method);
            if (body != null && seen.add(method)) {
                all.addAll(body.classes);
                open.addAll(body.calls);
            }
        }
        // What has no name is a part of what makes it, as far as it initializes others.
        for (String other : Set.copyOf(all)) {
            if (isConstantOf(other, type)) {
                all.addAll(initializedBy(other));
            }
        }
        all.removeIf(other -> other.equals(type) || !supertypes.containsKey(other) || isConstantOf(other, type));
        return all;
    }

    /** Whether nobody but the other one can begin with a class, as it has no name. */
    private boolean isConstantOf(String nameless, String maker) {
        return maker.equals(outers.get(nameless));
    }

    private void addSupertypes(String type, Set<String> all) {
        for (String supertype : supertypes.getOrDefault(type, List.of())) {
            if (!interfaces.contains(supertype) || withDefaults.contains(supertype)) {
                all.add(supertype);
            }
            addSupertypes(supertype, all);
        }
    }

    private final class Type extends ClassVisitor {
        private String name = "";

        Type() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String[] implemented) {
            this.name = name;
            List<String> all = new ArrayList<>(List.of(implemented));
            if ((access & Opcodes.ACC_INTERFACE) != 0) {
                interfaces.add(name);
            } else if (superName != null) {
                all.add(superName);
            }
            supertypes.put(name, all);
        }

        @Override
        public void visitOuterClass(String owner, @Nullable String method, @Nullable String descriptor) {
            outers.put(name, owner);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String method,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            boolean hasCode = (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_STATIC)) == 0;
            if (hasCode && interfaces.contains(name)) {
                withDefaults.add(name);
            }
            Body body = new Body(new HashSet<>(), new HashSet<>());
            bodies.put(name + "." + method + descriptor, body);
            return new Code(body);
        }
    }

    private static final class Code extends MethodVisitor {
        private final Body body;

        Code(Body body) {
            super(Opcodes.ASM9);
            this.body = body;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.NEW) {
                body.classes.add(type);
            }
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
            if (opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC) {
                body.classes.add(owner);
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String method, String descriptor, boolean ofInterface) {
            if (opcode == Opcodes.INVOKESTATIC) {
                body.classes.add(owner);
            }
            if (!ofInterface || opcode == Opcodes.INVOKESTATIC || opcode == Opcodes.INVOKESPECIAL) {
                body.calls.add(owner + "." + method + descriptor);
            }
        }
    }
}
