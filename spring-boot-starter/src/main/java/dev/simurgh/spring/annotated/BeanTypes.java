package dev.simurgh.spring.annotated;

/** Tells beans from payloads. */
@FunctionalInterface
interface BeanTypes {
    /** Where there are no beans. */
    BeanTypes NONE = type -> false;

    /** Whether there is a bean of a type, and it could hardly be a payload. */
    boolean hasBean(Class<?> type);
}
