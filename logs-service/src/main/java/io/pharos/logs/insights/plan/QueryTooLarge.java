package io.pharos.logs.insights.plan;

/// A query that has to keep more rows or groups than fit: it fails, the service does not.
public final class QueryTooLarge extends RuntimeException {
    QueryTooLarge(String reason) {
        super(reason);
    }

    QueryTooLarge(long bytes) {
        super("the rows or groups of the query come to more than " + (bytes >> 20) + " MiB");
    }
}
