package io.pharos.logs.transform;

/// Where an event comes from: what `copyValue` can put into it.
public record EventSource(String account, String region, String logGroup, String logStream) {
    /// Where TestTransformer's messages come from: nowhere.
    public static final EventSource NONE = new EventSource("", "", "", "");

    static boolean isName(String path) {
        return switch (path) {
            case "@logGroupName", "@logGroupStream", "@accountId", "@regionName" -> true;
            default -> false;
        };
    }

    String named(String name) {
        return switch (name) {
            case "@logGroupName" -> logGroup;
            case "@logGroupStream" -> logStream;
            case "@accountId" -> account;
            case "@regionName" -> region;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
