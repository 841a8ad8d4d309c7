package dev.simurgh.spring.autoconfigure;

/** Ends something behind the endpoint and before other beans are destroyed. A bean. */
@FunctionalInterface
interface EndsBehind {
    void end();
}
