package dev.simurgh.spring.autoconfigure;

/**
 * A path of the port of the sockets that something else is served at, and so no socket. A bean.
 *
 * @param property which property says it
 * @param path such as {@code /dashboard}
 * @param withAllBelow whether what is below it is taken, too
 */
public record ReservedPath(String property, String path, boolean withAllBelow) {
    /** Whether something else at that path would be in its way, or it in the way of that. */
    boolean isAt(String other) {
        return other.equals(path)
                || (withAllBelow && other.startsWith(path + "/"))
                || (withAllBelow && path.startsWith(other + "/"));
    }
}
