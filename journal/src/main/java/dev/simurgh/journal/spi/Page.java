package dev.simurgh.journal.spi;

import dev.simurgh.journal.Entry;
import java.util.List;

/**
 * What a stream has behind an offset, as it was at one moment.
 *
 * @param entries in order
 * @param upTo the offset up to which this is everything: that of the last entry, or more if compaction has left gaps behind it
 * @param trimmed whether entries behind the asked offset are gone by trimming, so that these are not all
 * @param head the offset of the stream's last entry, then
 */
public record Page(List<Entry> entries, long upTo, boolean trimmed, long head) {}
