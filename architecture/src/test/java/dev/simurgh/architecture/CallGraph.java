package dev.simurgh.architecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Label;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which method calls which, and whether it holds a monitor when it does. A call of a method that subclasses have, too, may be a call of any of
 * theirs. What is handed over as a lambda counts as called by nobody.
 */
final class CallGraph {
    /** A method, as the byte code names it. */
    record Method(String owner, String name, String descriptor) {
        @Override
        public String toString() {
            return owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        }
    }

    private record Call(Method to, boolean underMonitor) {}

    private final Map<Method, List<Call>> calls = new HashMap<>();
    private final Map<String, @Nullable String> superclasses = new HashMap<>();
    private final Map<String, List<String>> subtypes = new HashMap<>();

    /** Of the classes that an importer would read. */
    static CallGraph of(UnaryOperator<ClassFileImporter> options, String... packages) {
        CallGraph graph = new CallGraph();
        ClassFiles.visit(options, () -> graph.new Type(), packages);
        return graph;
    }

    /** The ways from a method that holds a monitor to one of these, each as text, by the method that holds it. */
    Map<String, List<String>> underMonitor(Predicate<Method> which) {
        Map<String, List<String>> found = new HashMap<>();
        Set<Method> inVain = new HashSet<>(); // all that can be reached from these is known, and none of it is one
        calls.forEach((from, made) -> made.stream()
                .filter(Call::underMonitor)
                .map(call -> way(call.to, which, inVain))
                .filter(way -> !way.isEmpty())
                .forEach(way -> found.computeIfAbsent(from.toString(), f -> new ArrayList<>())
                        .add(from + way)));
        return found;
    }

    private String way(Method method, Predicate<Method> which, Set<Method> inVain) {
        Set<Method> seen = new HashSet<>();
        String way = way(method, which, inVain, seen);
        if (way.isEmpty()) {
            inVain.addAll(seen);
        }
        return way;
    }

    private String way(Method method, Predicate<Method> which, Set<Method> inVain, Set<Method> seen) {
        if (which.test(method)) {
            return " -> " + method;
        }
        for (Method meant : meant(method)) {
            if (!inVain.contains(meant) && seen.add(meant)) {
                for (Call call : calls.getOrDefault(meant, List.of())) {
                    String rest = way(call.to, which, inVain, seen);
                    if (!rest.isEmpty()) {
                        return " -> " + meant + rest;
                    }
                }
            }
        }
        return "";
    }

    private Set<Method> meant(Method method) {
        Set<Method> all = new LinkedHashSet<>();
        for (String type = method.owner; type != null; type = superclasses.get(type)) {
            Method inherited = new Method(type, method.name, method.descriptor);
            if (calls.containsKey(inherited)) {
                all.add(inherited);
                break;
            }
        }
        addOverriding(method.owner, method, all);
        return all;
    }

    private void addOverriding(String type, Method method, Set<Method> all) {
        for (String subtype : subtypes.getOrDefault(type, List.of())) {
            Method overriding = new Method(subtype, method.name, method.descriptor);
            if (calls.containsKey(overriding)) {
                all.add(overriding);
            }
            addOverriding(subtype, method, all);
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
                String[] interfaces) {
            this.name = name;
            superclasses.put(name, superName);
            if (superName != null) {
                subtypes.computeIfAbsent(superName, s -> new ArrayList<>()).add(name);
            }
            for (String one : interfaces) {
                subtypes.computeIfAbsent(one, s -> new ArrayList<>()).add(name);
            }
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String method,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            List<Call> made = new ArrayList<>();
            calls.put(new Method(name, method, descriptor), made);
            return new Body(made, (access & Opcodes.ACC_SYNCHRONIZED) != 0 ? 1 : 0);
        }
    }

    /** How many monitors are held, from instruction to instruction: what follows a jump away has what those that jump there have. */
    private static final class Body extends MethodVisitor {
        private final List<Call> made;
        private final Map<Label, Integer> heldAt = new HashMap<>();
        private final Map<Label, List<Label>> handlers = new HashMap<>();
        private int held;
        private boolean reached = true;

        Body(List<Call> made, int held) {
            super(Opcodes.ASM9);
            this.made = made;
            this.held = held;
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
            if (start != handler) {
                handlers.computeIfAbsent(start, s -> new ArrayList<>()).add(handler);
            }
        }

        @Override
        public void visitLabel(Label label) {
            Integer known = heldAt.get(label);
            if (known != null) {
                held = reached ? held : known;
                reached = true;
            }
            handlers.getOrDefault(label, List.of()).forEach(this::comesTo);
        }

        private void comesTo(Label label) {
            heldAt.putIfAbsent(label, held);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            comesTo(label);
            reached = opcode != Opcodes.GOTO;
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
            visitLookupSwitchInsn(otherwise, new int[0], labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
            comesTo(otherwise);
            for (Label label : labels) {
                comesTo(label);
            }
            reached = false;
        }

        @Override
        public void visitInsn(int opcode) {
            switch (opcode) {
                case Opcodes.MONITORENTER -> held++;
                case Opcodes.MONITOREXIT -> held--;
                case Opcodes.IRETURN,
                        Opcodes.LRETURN,
                        Opcodes.FRETURN,
                        Opcodes.DRETURN,
                        Opcodes.ARETURN,
                        Opcodes.RETURN,
                        Opcodes.ATHROW -> reached = false;
                default -> {}
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean ofInterface) {
            made.add(new Call(new Method(owner, name, descriptor), held > 0));
        }
    }
}
