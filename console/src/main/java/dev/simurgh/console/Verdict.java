package dev.simurgh.console;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import org.jspecify.annotations.Nullable;

/** Says in a few lines what has come of a snippet. */
final class Verdict {
    /** How much of a value is shown, in characters. */
    static final int LONGEST_VALUE = 10_000;

    private static final int LONGEST_MESSAGE = 1_000;
    private static final int FRAMES = 5;
    private static final int CAUSES = 3;

    private Verdict() {}

    static String of(JShell shell, SnippetEvent event) {
        Snippet snippet = event.snippet();
        if (event.status() == Snippet.Status.REJECTED) {
            return shell.diagnostics(snippet)
                    .map(diag -> diagnostic(snippet.source(), diag))
                    .collect(Collectors.joining("\n"));
        }
        JShellException exception = event.exception();
        if (exception != null) {
            return exception(shell, exception);
        }
        if (snippet instanceof DeclarationSnippet declaration && event.status() != Snippet.Status.VALID) {
            return "ok, but not to be used before there is " + unresolved(shell, declaration);
        }
        String value = event.value();
        return value == null || value.isEmpty() ? "ok" : name(snippet) + "==> " + shown(value);
    }

    private static String shown(String value) {
        return Text.cut(Text.clean(value), LONGEST_VALUE);
    }

    private static String name(Snippet snippet) {
        if (snippet instanceof ExpressionSnippet expression) {
            return expression.name() == null ? "" : expression.name() + " ";
        }
        return snippet instanceof VarSnippet variable
                        && snippet.subKind() != Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                ? variable.name() + " "
                : "";
    }

    /** The line that is wrong, a caret below the place, and why. */
    private static String diagnostic(String source, Diag diag) {
        int at = (int) Math.max(0, Math.min(source.length(), diag.getStartPosition()));
        int start = source.lastIndexOf('\n', at - 1) + 1;
        int end = source.indexOf('\n', at) < 0 ? source.length() : source.indexOf('\n', at);
        long marked = Math.max(1, Math.min(end, diag.getEndPosition()) - at);
        String indent = source.substring(start, at).replaceAll("[^\t]", " ");
        return Text.clean(source.substring(start, end)) + "\n" + indent + "^".repeat((int) marked) + "\nerror: "
                + Text.cut(diag.getMessage(Locale.ROOT), LONGEST_MESSAGE);
    }

    private static String exception(JShell shell, JShellException exception) {
        if (exception instanceof UnresolvedReferenceException unresolved) {
            return "error: " + name(unresolved.getSnippet()) + "needs " + unresolved(shell, unresolved.getSnippet());
        }
        StringBuilder text = new StringBuilder();
        Throwable next = exception;
        for (int i = 0; next != null && i < CAUSES; i++) {
            text.append(i == 0 ? "" : "\ncaused by ").append(headline(next)).append(frames(next));
            next = next.getCause();
        }
        return text.toString();
    }

    private static String headline(Throwable exception) {
        String type = exception instanceof EvalException eval
                ? eval.getExceptionClassName()
                : exception.getClass().getName();
        if (type.equals(SnippetRunner.Abandoned.class.getName())) {
            return String.valueOf(exception.getMessage());
        }
        String message = exception.getMessage();
        return message == null ? type : type + ": " + Text.cut(Text.clean(message), LONGEST_MESSAGE);
    }

    private static String frames(Throwable exception) {
        StringBuilder text = new StringBuilder();
        List<StackTraceElement> frames = List.of(exception.getStackTrace());
        for (StackTraceElement frame : frames.subList(0, Math.min(FRAMES, frames.size()))) {
            text.append("\n    at ").append(frame.getClassName().isEmpty() ? "your input" : frame);
        }
        return text.append(frames.size() > FRAMES ? "\n    ... " + (frames.size() - FRAMES) + " more" : "")
                .toString();
    }

    private static String unresolved(JShell shell, @Nullable DeclarationSnippet snippet) {
        return snippet == null
                ? "something"
                : shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    }
}
