package dev.simurgh.transport.admit;

import dev.simurgh.channel.spi.Query;
import dev.simurgh.transport.http.Exchange;

/**
 * A client that asks to connect, and was not refused so far.
 *
 * @param query the parameters of the query and, over them, those of the path
 * @param side what its request looks like from its own side
 */
public record Candidate(Exchange exchange, Query query, ClientSide side) {}
