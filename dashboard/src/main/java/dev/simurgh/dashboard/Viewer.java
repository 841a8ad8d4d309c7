package dev.simurgh.dashboard;

/**
 * Somebody who may see the dashboard.
 *
 * @param name as logs call them
 * @param mayAct whether to end connections, too
 */
record Viewer(String name, boolean mayAct) {
    private static final int MAX_NAME_CHARS = 200;

    Viewer {
        if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
            throw new IllegalArgumentException("name: \"" + name + "\" (expected: 1 to " + MAX_NAME_CHARS
                    + " characters, such as the name of an account)");
        }
    }
}
