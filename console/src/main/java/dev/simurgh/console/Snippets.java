package dev.simurgh.console;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles and runs what was typed: all that knows the JDK's JShell, with {@link Verdict}, {@link SnippetRunner} and {@link
 * SnippetLoader}. No port is opened: the JDK's way to run snippets in another JVM, which does, is not used. One thread at a time, but for
 * {@link #stop}.
 */
final class Snippets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Snippets.class);

    private static final List<String> IMPORTS = List.of(
            "import java.time.*;",
            "import java.util.*;",
            "import java.util.concurrent.*;",
            "import java.util.function.*;",
            "import java.util.stream.*;",
            "import dev.simurgh.channel.*;",
            "import dev.simurgh.protocol.*;",
            "import dev.simurgh.pubsub.*;");

    private static final int LONGEST_HEADLINE = 1_000;

    private final SnippetRunner runner;
    private final JShell shell;
    private final SourceCodeAnalysis analysis;
    private final long console;

    private Snippets(SnippetRunner runner, JShell shell, long console) {
        this.runner = runner;
        this.shell = shell;
        this.analysis = shell.sourceCodeAnalysis();
        this.console = console;
    }

    /** Starts a shell in which the imports are made and the names bound; takes about a second of a processor. */
    static Snippets start(ClassLoader parent, Map<String, Bound.Value> bound) {
        SnippetRunner runner = new SnippetRunner(new SnippetLoader(parent));
        JShell shell = JShell.builder()
                .executionEngine(provider(runner), Map.of())
                .compilerOptions("-classpath", System.getProperty("java.class.path"))
                .build();
        Snippets snippets = new Snippets(runner, shell, Bound.add(bound));
        try {
            IMPORTS.forEach(snippets::prepare);
            bound.forEach((name, value) -> snippets.prepare(snippets.declaration(name, value)));
        } catch (RuntimeException e) {
            snippets.close();
            throw e;
        }
        return snippets;
    }

    private static ExecutionControlProvider provider(SnippetRunner runner) {
        return new ExecutionControlProvider() {
            @Override
            public String name() {
                return "simurgh";
            }

            @Override
            public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
                return runner;
            }
        };
    }

    private String declaration(String name, Bound.Value value) {
        String type = value.type().getCanonicalName();
        return type + " " + name + " = (" + type + ") " + Bound.class.getName() + ".get(" + console + "L, \"" + name
                + "\");";
    }

    private void prepare(String source) {
        for (SnippetEvent event : shell.eval(source)) {
            if (event.status() != Snippet.Status.VALID || event.exception() != null) {
                throw new IllegalStateException("console: " + source + " failed: "
                        + Verdict.of(shell, event)
                        + " (expected: an application on the class path, whose classes the compiler can read)");
            }
        }
    }

    /**
     * Whether this can be run, even if only to be told that it is wrong, and does not wait for further lines. Each input is asked about
     * while Ctrl-C is still for the line that is typed; from then on {@link #stop} is for the input.
     */
    boolean isComplete(String input) {
        runner.begin();
        return ask(() -> hasEnd(input), failure -> true); // it is told when it is run
    }

    private boolean hasEnd(String input) {
        String rest = input;
        while (!rest.isBlank()) {
            CompletionInfo info = analysis.analyzeCompletion(rest);
            if (!info.completeness().isComplete()) {
                return info.completeness() == SourceCodeAnalysis.Completeness.EMPTY;
            }
            rest = info.remaining();
        }
        return true;
    }

    /** Asks the compiler; what it throws, as at an expression of some thousand terms, is an answer as well. */
    private static <T> T ask(Supplier<T> question, Function<Throwable, T> failed) {
        try {
            return question.get();
        } catch (RuntimeException | StackOverflowError | InternalError | AssertionError e) {
            log.debug("compiler failed", e);
            return failed.apply(e);
        }
    }

    /** Runs one or several snippets, up to the first that fails; returns what there is to tell, one line for each at least. */
    String run(String input) {
        return ask(() -> evaluate(input), failure -> "error: the compiler failed: " + headline(failure));
    }

    private static String headline(Throwable failure) {
        return Text.cut(Text.clean(failure.toString()).lines().findFirst().orElse(""), LONGEST_HEADLINE);
    }

    private String evaluate(String input) {
        StringBuilder answer = new StringBuilder();
        String rest = input;
        boolean fine = true;
        while (fine && !rest.isBlank()) {
            CompletionInfo info = analysis.analyzeCompletion(rest);
            if (info.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
                break;
            }
            boolean whole = info.completeness().isComplete();
            for (SnippetEvent event : shell.eval(whole ? info.source() : rest)) {
                if (event.causeSnippet() == null) { // and not one that was only compiled again because of this one
                    boolean stopped = runner.wasStopped();
                    answer.append(answer.length() == 0 ? "" : "\n")
                            .append(stopped ? "interrupted" : Verdict.of(shell, event));
                    fine &= !stopped && event.status() != Snippet.Status.REJECTED && event.exception() == null;
                }
            }
            rest = whole ? info.remaining() : "";
        }
        return answer.toString();
    }

    /** Interrupts what runs; the second time returns without it. */
    void stop() {
        runner.stop();
    }

    /** A way on from the cursor: the text that would stand between the anchor and the cursor. */
    record Completion(int anchor, String text) {}

    /** The ways on from the cursor; only those of the type that is wanted there, if there are any. */
    List<Completion> completions(String input, int cursor) {
        return ask(() -> suggestions(input, cursor), failure -> List.of());
    }

    private List<Completion> suggestions(String input, int cursor) {
        int[] anchor = new int[1];
        List<Suggestion> all = analysis.completionSuggestions(input, cursor, anchor);
        boolean typed = all.stream().anyMatch(Suggestion::matchesType);
        Set<String> texts = all.stream()
                .filter(suggestion -> !typed || suggestion.matchesType())
                .map(Suggestion::continuation)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return texts.stream().map(text -> new Completion(anchor[0], text)).toList();
    }

    /** The signatures of what is called or named at the cursor. */
    List<String> signatures(String input, int cursor) {
        List<Documentation> found = ask(() -> analysis.documentation(input, cursor, false), failure -> List.of());
        return found.stream().map(Documentation::signature).distinct().sorted().toList();
    }

    @Override
    public void close() {
        shell.close();
        Bound.remove(console);
    }
}
