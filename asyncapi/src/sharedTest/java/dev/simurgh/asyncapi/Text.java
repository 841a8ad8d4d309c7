package dev.simurgh.asyncapi;

/** Has the simple name of another. */
public record Text(String text) {}
