package dev.simurgh.console;

import dev.simurgh.console.Snippets.Completion;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Tells JLine where input ends, and how a word may go on, as JShell sees it. */
final class JavaWords implements Parser, Completer {
    private static final int MAX_SIGNATURES = 20;

    private final Supplier<Snippets> snippets;

    JavaWords(Supplier<Snippets> snippets) {
        this.snippets = snippets;
    }

    /** The identifier before the cursor, or all of a command: what a completion replaces. */
    private record Word(String line, int cursor, String word) implements CompletingParsedLine {
        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        boolean ends = context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT;
        if (ends
                && !Commands.isCommand(line)
                && !Commands.leaves(line)
                && !snippets.get().isComplete(line)) {
            throw new EOFError(-1, cursor, "more is expected");
        }
        int end = Math.min(cursor, line.length());
        return new Word(line, end, line.substring(wordStart(line, end), end));
    }

    private static int wordStart(String line, int cursor) {
        if (Commands.isCommand(line)) {
            return 0;
        }
        int start = cursor;
        while (start > 0 && Character.isJavaIdentifierPart(line.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    @Override
    public void complete(LineReader reader, ParsedLine parsed, List<Candidate> candidates) {
        String line = parsed.line();
        int cursor = parsed.cursor();
        if (Commands.isCommand(line)) {
            Commands.NAMES.forEach(name -> candidates.add(candidate(name)));
            return;
        }
        if (parsed.word().isEmpty() && inCall(line, cursor)) {
            showSignatures(reader, line, cursor); // rather than all that is of a type that fits, which fills the screen
            return;
        }
        int start = cursor - parsed.word().length();
        Set<String> words = new TreeSet<>();
        for (Completion completion : snippets.get().completions(line, cursor)) {
            if (completion.anchor() >= start) {
                words.add(line.substring(start, completion.anchor()) + completion.text());
            }
        }
        words.forEach(word -> candidates.add(candidate(word)));
    }

    private void showSignatures(LineReader reader, String line, int cursor) {
        List<String> signatures = snippets.get().signatures(line, cursor);
        if (!signatures.isEmpty()) {
            reader.printAbove(String.join("\n", signatures.subList(0, Math.min(MAX_SIGNATURES, signatures.size()))));
        }
    }

    private static boolean inCall(String line, int cursor) {
        String before = line.substring(0, cursor).stripTrailing();
        return before.endsWith("(") || before.endsWith(",");
    }

    /** Not marked as complete: no space follows, since a dot or a parenthesis will. */
    private static Candidate candidate(String word) {
        return new Candidate(word, word, null, null, null, null, false);
    }
}
