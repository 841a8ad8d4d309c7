package dev.simurgh.journal;

/**
 * What a journal has done since it was opened, and what waits.
 *
 * @param waitingBytes of writes whose callers have no answer yet, bounded by {@link Journal.Builder#maxWaitingBytes}
 * @param stored how many entries this process has stored
 * @param refused how many writes were not taken, because too much waited
 * @param timedOut how many writes the store has not answered in time
 * @param failed how many writes the store could not do
 * @param failedReads how many reads failed, for whatever reason
 */
public record JournalStats(
        long waitingBytes, long stored, long refused, long timedOut, long failed, long failedReads) {}
