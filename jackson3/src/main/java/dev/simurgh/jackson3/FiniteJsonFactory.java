package dev.simurgh.jackson3;

import java.io.OutputStream;
import java.math.BigDecimal;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.UTF8JsonGenerator;

/**
 * Writes no {@code NaN} and nothing infinite, for which JSON has no form: Jackson would write it as a string, which its readers do not
 * expect. It has no feature to refuse it, and this is where all values pass, those of its own tree types included.
 */
final class FiniteJsonFactory extends JsonFactory {
    private static final long serialVersionUID = 1;

    @Override
    protected JsonGenerator _createUTF8Generator(ObjectWriteContext writing, IOContext context, OutputStream out) {
        return new FiniteGenerator(
                writing,
                context,
                writing.getStreamWriteFeatures(_streamWriteFeatures),
                writing.getFormatWriteFeatures(_formatWriteFeatures),
                out);
    }

    private static final class FiniteGenerator extends UTF8JsonGenerator {
        FiniteGenerator(
                ObjectWriteContext writing, IOContext context, int features, int formatFeatures, OutputStream out) {
            super(writing, context, features, formatFeatures, out, null, null, null, 0, '"');
        }

        @Override
        public JsonGenerator writeNumber(double value) {
            if (!Double.isFinite(value)) {
                throw notFinite(value);
            }
            return super.writeNumber(value);
        }

        @Override
        public JsonGenerator writeNumber(float value) {
            if (!Float.isFinite(value)) {
                throw notFinite(value);
            }
            return super.writeNumber(value);
        }

        /** Without a fraction or an exponent it is written as an integer, which readers may take as it is. */
        @Override
        public JsonGenerator writeNumber(BigDecimal value) {
            if (value != null && value.scale() != 0 && Double.isInfinite(value.doubleValue())) {
                throw notFinite(value.doubleValue());
            }
            return super.writeNumber(value);
        }

        private StreamWriteException notFinite(double value) {
            return new StreamWriteException(this, value + " (expected: a finite number, since JSON has no other)");
        }
    }
}
