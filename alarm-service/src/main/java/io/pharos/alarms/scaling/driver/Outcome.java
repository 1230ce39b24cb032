package io.pharos.alarms.scaling.driver;

/// How far an instance is that is to come or to go.
public sealed interface Outcome {
    /// It is in service, or gone.
    record Done() implements Outcome {}

    /// It is on its way: to be asked about again.
    record Waiting() implements Outcome {}

    /// It will not come or go; the group tries again later with an activity of its own.
    ///
    /// @param message for the activity
    record Failed(String message) implements Outcome {}

    Outcome DONE = new Done();
    Outcome WAITING = new Waiting();
}
