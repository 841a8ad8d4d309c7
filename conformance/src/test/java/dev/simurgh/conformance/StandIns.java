package dev.simurgh.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What differs from run to run: for each recorded token and {@code phx_ref}, what the server gave out in its place. */
final class StandIns {
    private static final Pattern TOKEN = Pattern.compile("SFMyNTY\\.[\\w-]+\\.[\\w-]+");
    private static final Pattern MEASURED = Pattern.compile(" in \\d+ us$");

    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> phxRefs = new HashMap<>();

    static List<String> tokensIn(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }

    /** The recorded text with this run's tokens in the place of the recorded ones. */
    String substitute(String recorded) {
        return TOKEN.matcher(recorded).replaceAll(token -> tokens.getOrDefault(token.group(), token.group()));
    }

    void learn(String recordedToken, String received) {
        tokens.put(recordedToken, received);
    }

    /** Whether two texts are the same but for what differs from run to run, of which it takes note. */
    boolean alike(String recorded, String received) {
        List<String> expected = tokensIn(recorded);
        List<String> actual = tokensIn(received);
        if (!shape(recorded).equals(shape(received)) || expected.size() != actual.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            learn(expected.get(i), actual.get(i));
        }
        return true;
    }

    /** The {@code phx_ref} that this one had to be, if the recorded one was seen before; otherwise it is from now on. */
    Optional<String> phxRef(String recorded, String received) {
        String known = phxRefs.putIfAbsent(recorded, received);
        return Optional.ofNullable(known).filter(ref -> !ref.equals(received));
    }

    private static String shape(String text) {
        return MEASURED.matcher(TOKEN.matcher(text).replaceAll("TOKEN")).replaceAll(" in N us");
    }
}
