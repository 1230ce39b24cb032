package io.pharos.alarms.alarm;

/// placeholder
final class ExtendedStatistic {
    static boolean isKnown(String s) {
        return s.matches("p(100|\\d{1,2})(\\.\\d{0,10})?");
    }
}
