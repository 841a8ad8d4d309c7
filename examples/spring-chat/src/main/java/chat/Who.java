package chat;

import dev.simurgh.channel.Assigns;

/**
 * Whose a connection is.
 *
 * @param login by which they are known
 * @param name what others see
 */
record Who(String login, String name) {
    static final Assigns.Key<Who> KEY = Assigns.key("who");
}
