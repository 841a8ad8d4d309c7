package dev.simurgh.asyncapi.other;

/** Has the simple name of another. */
public record Text(int length) {}
