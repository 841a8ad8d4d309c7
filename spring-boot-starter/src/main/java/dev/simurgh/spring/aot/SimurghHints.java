package dev.simurgh.spring.aot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The files of the dashboard. Codecs are found as services, which native images know; drivers of databases bring what they need. */
final class SimurghHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
        hints.resources().registerPattern("dev/simurgh/dashboard/web/**");
    }
}
