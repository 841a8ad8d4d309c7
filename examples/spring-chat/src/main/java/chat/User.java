package chat;

import java.util.regex.Pattern;

/**
 * Somebody who may come in.
 *
 * @param login what they sign in with, and are known by
 * @param name what others see
 * @param password encoded
 * @param admin whether they may see the dashboard and the metrics
 */
record User(String login, String name, String password, boolean admin) {
    private static final Pattern LOGIN = Pattern.compile("[a-z][a-z0-9_]{1,19}");

    /**
     * Somebody new.
     *
     * @throws IllegalArgumentException in words for the page if it cannot be
     */
    static User of(String login, String name, String encodedPassword) {
        if (!LOGIN.matcher(login).matches()) {
            throw new IllegalArgumentException(
                    "A login has 2 to 20 small letters, digits and _, and begins with a letter.");
        }
        String shown = name.strip();
        if (shown.isEmpty() || shown.length() > 40 || shown.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A name has 1 to 40 characters.");
        }
        return new User(login, shown, encodedPassword, false);
    }
}
