package dev.simurgh.jackson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;

/**
 * Writes no {@code NaN} and nothing infinite, for which JSON has no form: Jackson would write it as a string, which its readers do not
 * expect. It has no feature to refuse it, and this is where all values pass, those of its own tree types included.
 */
final class FiniteJsonFactory extends JsonFactory {
    private static final long serialVersionUID = 1;

    @Override
    protected JsonGenerator _createUTF8Generator(OutputStream out, IOContext context) {
        return new FiniteGenerator(context, _generatorFeatures, _objectCodec, out);
    }

    private static final class FiniteGenerator extends UTF8JsonGenerator {
        FiniteGenerator(IOContext context, int features, ObjectCodec codec, OutputStream out) {
            super(context, features, codec, out, '"');
        }

        @Override
        public void writeNumber(double value) throws IOException {
            if (!Double.isFinite(value)) {
                throw notFinite(value);
            }
            super.writeNumber(value);
        }

        @Override
        public void writeNumber(float value) throws IOException {
            if (!Float.isFinite(value)) {
                throw notFinite(value);
            }
            super.writeNumber(value);
        }

        /** Without a fraction or an exponent it is written as an integer, which readers may take as it is. */
        @Override
        public void writeNumber(BigDecimal value) throws IOException {
            if (value != null && value.scale() != 0 && Double.isInfinite(value.doubleValue())) {
                throw notFinite(value.doubleValue());
            }
            super.writeNumber(value);
        }

        private JsonGenerationException notFinite(double value) {
            return new JsonGenerationException(value + " (expected: a finite number, since JSON has no other)", this);
        }
    }
}
