/** A chat as a Spring team writes one: with a login, a database, and channels. */
@NullMarked
package chat;

import org.jspecify.annotations.NullMarked;
