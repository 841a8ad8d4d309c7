package dev.simurgh.jackson;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.regex.Pattern;

/** Says what went wrong in Jackson without quoting the payload: where, and what was wanted there, but not what was found. */
final class Problem {
    private static final int LONGEST_PATH = 100;

    private static final Pattern CONTROLS = Pattern.compile("\\R|\\p{Cntrl}"); // keys of maps come from the client

    private Problem() {}

    static String of(Exception e) {
        if (e instanceof InvalidDefinitionException || e instanceof StreamConstraintsException) {
            return ((JacksonException) e).getOriginalMessage(); // about classes and limits, not about the payload
        }
        if (e instanceof JsonGenerationException written) {
            return what(written);
        }
        return e instanceof JsonMappingException mapping
                ? what(mapping) + where(mapping)
                : e.getClass().getSimpleName();
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
