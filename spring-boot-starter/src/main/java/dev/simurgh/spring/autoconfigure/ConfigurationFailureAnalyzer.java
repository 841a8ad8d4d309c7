package dev.simurgh.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a {@link SimurghConfigurationException}. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<SimurghConfigurationException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, SimurghConfigurationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
