package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayloadTypeTest {
    record Holder<T>(List<String> known, List<T> unknown, Map<String, T[]> deep) {}

    private static Type of(int component) {
        return Holder.class.getRecordComponents()[component].getGenericType();
    }

    @Test
    void itIsWhatItsSubclassSays() {
        PayloadType<List<String>> said = new PayloadType<>() {};
        assertThat(said.type()).isEqualTo(of(0));
        assertThat(said).isEqualTo(PayloadType.of(of(0))).hasToString("java.util.List<java.lang.String>");
        assertThat(new PayloadType<String[]>() {}.type()).isEqualTo(String[].class);
    }

    @Test
    void aVariableIsKnownToNobody() {
        for (int unknown : new int[] {1, 2}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PayloadType.of(of(unknown)))
                    .withMessageEndingWith(" (expected: one without a type variable)");
        }
    }

    @Test
    @SuppressWarnings("rawtypes")
    void aSubclassHasToSayIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PayloadType() {})
                .withMessage("payload type: none (expected: such as new PayloadType<List<Item>>() {})");
    }
}
