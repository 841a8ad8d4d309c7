package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A network that falls apart between nodes on machines of their own, which know each other by a secret, and grows together again. */
@Timeout(180)
@Isolated("measures how long things take")
@Tag("long")
class ClusterPartitionTest {
    private static final int CUT_OFF = 3;
    private static final String SECRET = "a secret of the nodes, and of nobody else";
    private static final Duration TICK = Duration.ofMillis(25);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration NOTICED = Duration.ofSeconds(20);
    private static final Duration MERGED = Duration.ofSeconds(20);

    /** A node and its client on a machine of their own. */
    private record Machine(int number, ClusterNode node, ClusterClient client) {
        boolean sideOf(Machine other) {
            return (number == CUT_OFF) == (other.number == CUT_OFF);
        }
    }

    @Test
    void bothSidesServeTheirClientsAndSpeakAgainAfterwards(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNamespaces network = rig.with(new ClusterNamespaces(CUT_OFF));
            List<Machine> machines = machines(rig, network);
            machines.forEach(machine -> machine.node().tick(TICK));
            everybodyHears(machines, NetworkRig.PATIENCE);
            ClusterNode[] all = machines.stream().map(Machine::node).toArray(ClusterNode[]::new);
            ClusterCrew.begin(all);
            ClusterCrew.awaitSame(NetworkRig.PATIENCE, all);

            long cut = System.nanoTime();
            network.cut(CUT_OFF);
            sidesHearThemselves(machines);
            machines.forEach(machine -> machine.node().awaitList(NOTICED, others(machines, machine, true)));
            double noticed = ClusterRig.secondsSince(cut);
            sidesHearThemselves(machines);

            machines.forEach(sender -> machines.stream()
                    .filter(sender::sideOf)
                    .forEach(machine -> assertThat(machine.client().missed(sender.node()))
                            .as(machine.node().name() + " lost of "
                                    + sender.node().name())
                            .isZero()));

            changePresences(all);
            long healed = System.nanoTime();
            network.heal(CUT_OFF);
            machines.forEach(machine -> machine.node().awaitList(MERGED, others(machines, machine, false)));
            double listed = ClusterRig.secondsSince(healed);
            ClusterCrew.Listed there = ClusterCrew.awaitSame(MERGED, all);
            double present = ClusterRig.secondsSince(healed);
            assertThat(there.jobs().values())
                    .containsExactly(ClusterCrew.JOBS - 1, ClusterCrew.JOBS, ClusterCrew.JOBS - 1);
            everybodyHears(machines, MERGED);
            ClusterRig.figure(
                    "partition: noticed after %.1f s; whole again %.1f s after the heal, presences after %.1f s, broadcasts cross after %.1f s"
                            .formatted(noticed, listed, present, ClusterRig.secondsSince(healed)));
            machines.forEach(machine -> machine.node().stopTicking());
            machines.forEach(
                    sender -> machines.forEach(machine -> machine.client().checkAtMostOnceInOrder(sender.node())));
        });
    }

    /** Each side lists its own; on both somebody goes and somebody comes, of which the other hears later. */
    private static void changePresences(ClusterNode[] all) {
        ClusterCrew.awaitSame(NOTICED, all[0], all[1]);
        ClusterCrew.awaitSame(NOTICED, all[CUT_OFF - 1]);
        ClusterCrew.end(all[0], 1);
        ClusterCrew.end(all[0], 2);
        ClusterCrew.end(all[CUT_OFF - 1], 1);
        ClusterCrew.end(all[CUT_OFF - 1], 2);
        ClusterCrew.add(all[0], ClusterCrew.JOBS);
        ClusterCrew.add(all[CUT_OFF - 1], ClusterCrew.JOBS);
        ClusterCrew.awaitSame(NOTICED, all[0], all[1]);
    }

    private static List<Machine> machines(ClusterRig rig, ClusterNamespaces network) throws Exception {
        List<ClusterNode> nodes = new ArrayList<>();
        for (int number = 1; number <= CUT_OFF; number++) {
            nodes.add(rig.node("node" + number + "@" + network.address(number))
                    .web()
                    .secret(SECRET)
                    .by(network.on(number))
                    .contacts(nodes.stream().limit(1).toArray(ClusterNode[]::new))
                    .launch());
        }
        List<Machine> machines = new ArrayList<>();
        for (int number = 1; number <= CUT_OFF; number++) {
            ClusterNode node = nodes.get(number - 1).started();
            ClusterClient client = rig.clients(network.on(number)).phoenix(node.webPort());
            machines.add(new Machine(number, node, client));
        }
        machines.forEach(machine -> machine.node().awaitList(MERGED, others(machines, machine, false)));
        return machines;
    }

    private static ClusterNode[] others(List<Machine> machines, Machine machine, boolean onlyThatSide) {
        return machines.stream()
                .filter(other -> other.number() != machine.number())
                .filter(other -> !onlyThatSide || other.sideOf(machine))
                .map(Machine::node)
                .toArray(ClusterNode[]::new);
    }

    private static void everybodyHears(List<Machine> machines, Duration limit) {
        machines.forEach(sender -> machines.forEach(machine -> hears(machine, sender, limit)));
    }

    private static void sidesHearThemselves(List<Machine> machines) {
        machines.forEach(
                sender -> machines.stream().filter(sender::sideOf).forEach(machine -> hears(machine, sender, AT_ONCE)));
    }

    private static void hears(Machine machine, Machine sender, Duration limit) {
        ClusterClient client = machine.client();
        client.awaitPingAfter(client.last(sender.node()), sender.node(), limit);
    }
}
