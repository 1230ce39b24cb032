package io.pharos.alarms.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;

import java.util.Collection;
import java.util.Comparator;

/// Dimensions as one text that is equal for equal sets, whatever their order.
public final class DimensionKey {
    private DimensionKey() {}

    public static String of(Collection<Dimension> dimensions) {
        var key = JsonNodeFactory.instance.arrayNode();
        dimensions.stream()
                .sorted(Comparator.comparing(Dimension::name).thenComparing(Dimension::value))
                .forEach(dimension -> key.add(dimension.name()).add(dimension.value()));
        return key.toString();
    }
}
