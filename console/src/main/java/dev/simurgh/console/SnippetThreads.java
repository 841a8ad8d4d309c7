package dev.simurgh.console;

/** The threads that run snippets, and those that snippets start. */
final class SnippetThreads {
    static final ThreadGroup GROUP = new ThreadGroup("console-snippets");

    private SnippetThreads() {}

    /** Whether a snippet is what runs here. */
    static boolean isCurrent() {
        return GROUP.parentOf(Thread.currentThread().getThreadGroup());
    }
}
