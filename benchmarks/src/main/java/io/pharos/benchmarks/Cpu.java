package io.pharos.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// CPU seconds of process trees, from `/proc` (Linux): user and system, children that ended included.
final class Cpu {
    private static final double TICKS_A_SECOND = 100;

    private Cpu() {}

    /// What the processes and everything below them have used so far, in seconds.
    static double seconds(List<Long> roots) {
        var stats = all();
        var wanted = new HashSet<>(roots);
        while (addChildren(stats, wanted)) {
            // One level more.
        }
        var ticks = 0L;
        for (var pid : wanted) {
            var stat = stats.get(pid);
            ticks += stat == null ? 0 : stat.ticks();
        }
        return ticks / TICKS_A_SECOND;
    }

    /// What the threads of a process have used so far, in seconds, by name without numbers. Threads that
    /// ended are missing.
    static Map<String, Double> threads(long pid) {
        var seconds = new TreeMap<String, Double>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var task : tasks) {
                try {
                    var text = Files.readString(task.resolve("stat"));
                    var name = text.substring(text.indexOf('(') + 1, text.lastIndexOf(')'));
                    var stat = Stat.parse(text);
                    seconds.merge(
                            name.replaceAll("[0-9]+", "#"),
                            stat.ownTicks() / TICKS_A_SECOND,
                            Double::sum);
                } catch (IOException _) {
                    // It ended meanwhile.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seconds;
    }

    private static boolean addChildren(Map<Long, Stat> stats, Set<Long> wanted) {
        var grown = false;
        for (var entry : stats.entrySet()) {
            if (wanted.contains(entry.getValue().parent())) {
                grown |= wanted.add(entry.getKey());
            }
        }
        return grown;
    }

    private static Map<Long, Stat> all() {
        var stats = new HashMap<Long, Stat>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                try {
                    var text = Files.readString(process.resolve("stat"));
                    stats.put(Long.parseLong(process.getFileName().toString()), Stat.parse(text));
                } catch (IOException _) {
                    // It ended meanwhile; its parent has its times.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stats;
    }

    private record Stat(long parent, long ticks, long ownTicks) {
        /// The fields after the name in parentheses, which may hold anything: see proc(5).
        static Stat parse(String text) {
            var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            var ticks = 0L;
            for (var field = 11; field <= 14; field++) { // utime, stime, cutime, cstime
                ticks += Long.parseLong(fields[field]);
            }
            var own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return new Stat(Long.parseLong(fields[1]), ticks, own);
        }
    }
}
