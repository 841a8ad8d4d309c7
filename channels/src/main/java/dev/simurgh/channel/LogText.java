package dev.simurgh.channel;

/** Text of a client's making, as it may stand in a log: cut, and without what would begin a new line there. */
final class LogText {
    private static final int LONGEST = 100;

    private LogText() {}

    static String of(String text) {
        return of(text, LONGEST);
    }

    static String of(String text, int longest) {
        int length = Math.min(text.length(), longest);
        for (int i = 0; i < length; i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return clean(text, length);
            }
        }
        return length == text.length() ? text : text.substring(0, length) + "…";
    }

    private static String clean(String text, int length) {
        StringBuilder clean = new StringBuilder(length + 1);
        for (int i = 0; i < length; i++) {
            clean.append(Character.isISOControl(text.charAt(i)) ? '?' : text.charAt(i));
        }
        return length == text.length() ? clean.toString() : clean.append('…').toString();
    }
}
