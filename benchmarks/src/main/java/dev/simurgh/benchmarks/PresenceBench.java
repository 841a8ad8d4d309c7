package dev.simurgh.benchmarks;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What it costs to know who is on a topic, and to tell. */
@Command(
        name = "simurgh bench " + PresenceBench.NAME,
        sortOptions = false,
        description = "Tells what it costs to know who is on a topic: joins, big rooms, memory, nodes.",
        footer = "Exit status: 0 all well, 1 usage or set-up error, 2 somebody was missed, or is still there.")
final class PresenceBench implements Callable<Integer> {
    static final String NAME = "presence";

    @Mixin
    private final PresenceOptions options = new PresenceOptions();

    private final PrintStream out;
    private final PrintStream progress;

    private interface Figures {
        boolean taken(Report report) throws Exception;
    }

    PresenceBench(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    private Map<String, Figures> all() {
        CrowdFigures crowd = new CrowdFigures(options, progress);
        Map<String, Figures> all = new LinkedHashMap<>();
        all.put("joins", crowd::joins);
        all.put("crowd", crowd::crowd);
        all.put("reads", report -> new ReadFigures(options).taken(report));
        all.put("leave", report -> new LeaveFigures(options).taken(report));
        all.put("nodes", report -> new NodeFigures(options).taken(report));
        return all;
    }

    @Override
    public Integer call() throws Exception {
        options.check();
        Map<String, Figures> all = all();
        for (String name : options.only) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("--only: " + name + " (expected: some of " + all.keySet() + ")");
            }
        }
        Report together = new Report();
        boolean complete = true;
        for (Map.Entry<String, Figures> each : all.entrySet()) {
            if (options.only.isEmpty() || options.only.contains(each.getKey())) {
                Report report = new Report();
                boolean its = each.getValue().taken(report);
                report.put("complete", its);
                together.put(each.getKey(), report);
                complete &= its;
                tell(each.getKey(), report);
            }
        }
        if (options.json) {
            out.println(together.json());
        }
        return complete ? Bench.OK : Bench.INCOMPLETE;
    }

    private void tell(String name, Report report) {
        if (!options.json) {
            out.println("# " + name);
            out.println(report.text());
        }
        out.flush();
    }
}
