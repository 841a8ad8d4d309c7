/** A journal in an SQLite file, or on PostgreSQL for several nodes. */
@NullMarked
package dev.simurgh.journal.jdbc;

import org.jspecify.annotations.NullMarked;
