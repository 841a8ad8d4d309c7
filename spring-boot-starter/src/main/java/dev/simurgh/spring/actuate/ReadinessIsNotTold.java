package dev.simurgh.spring.actuate;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whoever says what is in the group readiness is taken at their word. */
final class ReadinessIsNotTold implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return !Binder.get(context.getEnvironment())
                .bind(NodeHealth.GROUP_PROPERTY, Bindable.setOf(String.class))
                .isBound();
    }
}
