package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;

import java.util.List;

/// A transformer ready for events: immutable, a pure function of the event's text and source.
public final class Transformer {
    /// AWS: fields that are taken out of an event; what comes behind them is left out.
    static final int MAX_FIELDS = 200;

    /// Bytes of a transformed event, as many as an event may have.
    static final int MAX_LENGTH = 1 << 20;

    private final List<Step> steps;

    private Transformer(List<Step> steps) {
        this.steps = steps;
    }

    /// @throws RuntimeException AWS's `InvalidParameterException` for what is wrong with it
    public static Transformer of(List<Processor> processors) {
        return new Transformer(ProcessorRules.steps(processors));
    }

    /// The transformed event, a JSON object; null when a processor fails on it: the event stays as it is.
    public @Nullable String apply(String message, EventSource source) {
        var draft = new Draft(message, source);
        for (var step : steps) {
            if (!step.apply(draft)) {
                return null;
            }
        }
        prune(draft.root(), MAX_FIELDS);
        var text = Draft.written(draft.root());
        return text.length() <= MAX_LENGTH ? text : null;
    }

    /// @param most leaves that may stay
    /// @return how many more may
    private static int prune(JsonNode node, int most) {
        var left = most;
        var children = node.iterator();
        while (children.hasNext()) {
            var child = children.next();
            if (left <= 0) {
                children.remove();
            } else if (child instanceof ObjectNode object && !object.isEmpty()) {
                left = prune(object, left);
            } else if (child instanceof ArrayNode array && hasObjects(array)) {
                left = prune(array, left);
            } else {
                left--;
            }
        }
        return left;
    }

    private static boolean hasObjects(ArrayNode array) {
        for (var item : array) {
            if (item.isContainerNode()) {
                return true;
            }
        }
        return false;
    }
}
