package dev.simurgh.transport.http;

/** Where headers of an answer are put. */
@FunctionalInterface
public interface HeaderSetter {
    /** Sets a header, in the place of what is there. */
    void set(String name, String value);
}
