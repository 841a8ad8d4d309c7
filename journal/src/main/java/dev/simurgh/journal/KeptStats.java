package dev.simurgh.journal;

/**
 * What an endpoint's kept topics have done since it began, on this node; and what they hold now.
 *
 * @param stored broadcasts that this node has stored
 * @param failed broadcasts that this node could not store, or whose outcome is not known
 * @param repeated broadcasts that were not stored, since their key was there before
 * @param refused pushes with a key whose handler was not run, since too many were asked at once
 * @param late broadcasts of other nodes that came when they were no longer needed
 * @param gaps how often a broadcast came before one that belongs in front of it, and had to wait
 * @param filled broadcasts that were read from the journal, since they did not come in time
 * @param foreign broadcasts of other nodes that are not in this node's journal: the nodes do not share a store
 * @param rewinds how often a topic's history turned out to be another than the one that was delivered here, as when a store was restored
 * @param fromTail joins and replays that were served from memory
 * @param fromJournal joins and replays that took a look into the journal
 * @param topics how many topics are followed now, since they have subscribers here
 * @param tailBytes how much memory the tails take
 */
public record KeptStats(
        long stored,
        long failed,
        long repeated,
        long refused,
        long late,
        long gaps,
        long filled,
        long foreign,
        long rewinds,
        long fromTail,
        long fromJournal,
        int topics,
        long tailBytes) {}
