package dev.simurgh.jackson;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what went wrong in Jackson without quoting the payload: where, and what was wanted there, but not what was found. */
final class Problem {
    private static final int LONGEST_PATH = 100;

    private static final Pattern CONTROLS = Pattern.compile("\\R|\\p{Cntrl}"); // keys of maps come from the client

    /** Jackson's words for a record whose parts were all known when one of them came again. */
    private static final String TWICE = "No fallback setter/field defined for creator property";

    /** Its words for what it cannot make: of nothing, as the second group says, or else not of this JSON, which it may go on to quote. */
    private static final Pattern UNMADE =
            Pattern.compile("(Cannot construct instance of `[^`]*`( \\(no Creators, [^)]*\\))?): .*", Pattern.DOTALL);

    private Problem() {}

    static String of(Exception e) {
        if (e instanceof StreamConstraintsException limit) {
            return limit.getOriginalMessage(); // about limits, not about the payload
        }
        if (e instanceof InvalidDefinitionException definition) {
            return ofDefinition(definition);
        }
        if (e instanceof JsonGenerationException written) {
            return what(written);
        }
        return e instanceof JsonMappingException mapping
                ? what(mapping) + where(mapping)
                : e.getClass().getSimpleName();
    }

    /**
     * Whether Jackson finds fault with a type for what is wrong with the JSON: a key that comes twice, or a string where there is to be an
     * array. Another JSON would do.
     */
    static boolean isOfJson(InvalidDefinitionException e) {
        Matcher unmade = UNMADE.matcher(e.getOriginalMessage());
        return isTwice(e) || (unmade.matches() && unmade.group(2) == null);
    }

    private static boolean isTwice(InvalidDefinitionException e) {
        return e.getOriginalMessage().startsWith(TWICE);
    }

    private static String ofDefinition(InvalidDefinitionException e) {
        if (isOfJson(e)) {
            JavaType wanted = e.getType();
            return (isTwice(e) || wanted == null
                            ? "a key twice"
                            : "no " + wanted.getRawClass().getSimpleName())
                    + where(e);
        }
        Matcher unmade = UNMADE.matcher(e.getOriginalMessage());
        return unmade.matches() ? unmade.group(1) : e.getOriginalMessage(); // about classes, not about the payload
    }

    private static String what(JacksonException e) {
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "no " + mismatch.getTargetType().getSimpleName();
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof JsonGenerationException written
                ? written.getOriginalMessage() // about what JSON has no form for
                : cause.getClass().getSimpleName();
    }

    private static String where(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        if (path.length() > LONGEST_PATH) {
            path.setLength(LONGEST_PATH);
            path.append('…');
        }
        return path.isEmpty() ? "" : " at " + CONTROLS.matcher(path).replaceAll("?");
    }
}
