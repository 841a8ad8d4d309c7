package dev.simurgh.spring.autoconfigure;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** See {@link ConditionalOnSetting}. */
final class OnSetting extends SpringBootCondition {
    private static final Set<String> TRUE = Set.of("true", "on", "yes", "1");
    private static final Set<String> FALSE = Set.of("false", "off", "no", "0");

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        AnnotationAttributes wanted =
                AnnotationAttributes.fromMap(metadata.getAnnotationAttributes(ConditionalOnSetting.class.getName()));
        if (wanted == null) {
            return ConditionOutcome.match();
        }
        String property = wanted.getString("value");
        String told = context.getEnvironment().getProperty(property, "");
        String said = told.isBlank() ? wanted.getString("byDefault") : told;
        return new ConditionOutcome(
                plain(said).equals(plain(wanted.getString("is"))),
                ConditionMessage.forCondition(ConditionalOnSetting.class)
                        .because(property + " says " + (told.isBlank() ? "nothing, which is " + said : said)));
    }

    /** As Spring Boot compares the names of an enum, and reads a boolean. */
    private static String plain(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{Nd}]", "");
        return TRUE.contains(plain) ? "true" : FALSE.contains(plain) ? "false" : plain;
    }
}
