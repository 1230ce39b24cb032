package io.pharos.metrics.anomaly;

/// What repeats. AWS: "seasonal variations … hourly, daily, or weekly".
enum Cycle {
    HOUR(3_600),
    DAY(86_400),
    WEEK(604_800);

    private final int seconds;

    Cycle(int seconds) {
        this.seconds = seconds;
    }

    int seconds() {
        return seconds;
    }
}
