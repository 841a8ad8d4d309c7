package dev.simurgh.console;

import java.util.ArrayList;
import java.util.List;

/** Text that is fit for a terminal: bounded, and without control characters, which clients may have put into topics and payloads. */
final class Text {
    private Text() {}

    /** Replaces control characters, but for line feeds and tabs, by their escapes. */
    static String clean(String text) {
        if (text.chars().noneMatch(Text::isUnfit)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (isUnfit(c)) {
                clean.append(String.format("\\u%04x", c));
            } else {
                clean.append((char) c);
            }
        });
        return clean.toString();
    }

    private static boolean isUnfit(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }

    /** Cuts what is longer, and says how much was left out. */
    static String cut(String text, int longest) {
        return text.length() <= longest
                ? text
                : text.substring(0, longest) + "... (" + (text.length() - longest) + " more characters)";
    }

    /** Lays out rows in columns that are as wide as their widest cell; the first row is the heading. */
    static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        List<List<String>> cells = new ArrayList<>();
        for (List<String> row : rows) {
            List<String> clean = row.stream()
                    .map(cell -> cut(clean(cell).replace('\n', ' ').replace('\t', ' '), 80))
                    .toList();
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], clean.get(i).length());
            }
            cells.add(clean);
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.substring(0, table.length() - 1);
    }
}
