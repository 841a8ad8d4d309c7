package dev.simurgh.dashboard;

import dev.simurgh.channel.spi.ClientLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who has looked, and who has done what. What is written here is done by those who were let in, at the pace of a hand, and none of it is left out. */
final class Audit {
    private static final Logger log = LoggerFactory.getLogger("dev.simurgh.dashboard.audit");

    private Audit() {}

    /** Somebody does something. */
    static void did(Session session, String what, Object toWhat) {
        write(session.viewer().name(), session.from(), what, toWhat);
    }

    /** As {@link #did}, of somebody at another node. */
    static void write(String name, String from, String what, Object toWhat) {
        log.info(
                "{} ({}) {} {}",
                ClientLog.shown(name),
                ClientLog.shown(from),
                what,
                ClientLog.shown(toWhat.toString()));
    }

    /** Somebody wants to do what they may not. */
    static void refused(Session session, String what, Object toWhat) {
        log.warn(
                "{} ({}) was refused: {} {}",
                ClientLog.shown(session.viewer().name()),
                ClientLog.shown(session.from()),
                what,
                ClientLog.shown(toWhat.toString()));
    }
}
