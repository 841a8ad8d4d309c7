package dev.simurgh.spring.autoconfigure;

import dev.simurgh.spring.HandleIn;

/** What a channel of another package inherits, and its proxy cannot override. */
public abstract class BaseOfAnotherPackage {
    /** For those that inherit. */
    protected BaseOfAnotherPackage() {}

    @HandleIn("base")
    void base() {}

    @HandleIn("protected")
    protected void shared() {}
}
