package io.pharos.standalone;

import io.pharos.standalone.demo.Demo;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

import java.util.Arrays;
import java.util.List;

/// `up` starts everything and stays; `demo` plays the story against a running Pharos.
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        try {
            switch (arguments.length == 0 ? "up" : arguments[0]) {
                case "up" -> up(Options.parse(rest));
                case "demo" -> System.exit(Demo.play(Options.parse(rest), System.out));
                case String other -> throw new StartException("Unknown command " + other + ".");
            }
        } catch (StartException e) {
            System.err.println("pharos: " + e.getMessage());
            System.exit(1);
        }
    }

    /// The parts first, then the services on top of them; the reverse on the way out, whatever ends
    /// the process: Ctrl-C, SIGTERM or a failure.
    private static void up(Options options) {
        options.check();
        var progress = new Progress(System.out);
        var parts = Parts.start(options, progress);
        Running.parts = parts;
        Running.progress = progress;
        progress.step("services");
        Quarkus.run(
                Running.class,
                (status, failure) -> {
                    parts.close();
                    if (failure != null) {
                        System.err.println("pharos: " + rootCause(failure));
                    }
                    // Not System.exit: on a signal the shutdown hooks already run.
                    Runtime.getRuntime().halt(failure == null ? status : 1);
                });
    }

    private static String rootCause(Throwable failure) {
        var causes = new java.util.ArrayList<Throwable>();
        for (var t = failure; t != null && causes.size() < 20; t = t.getCause()) {
            causes.add(t);
        }
        var last = causes.getLast();
        return Arrays.asList(last.getClass().getSimpleName(), last.getMessage()).toString();
    }
}
