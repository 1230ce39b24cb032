package io.pharos.metrics.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What functions of `LAMBDA` are asked, and what they answer. AWS: "Create a custom connector to a data
/// source".
public final class FunctionMessages {
    /// AWS: the payload of an answer.
    static final int MAX_BYTES = 6 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private FunctionMessages() {}

    /// The event `GetMetricData`.
    public static byte[] event(List<Object> arguments, PeriodGrid grid) {
        var root = JSON.createObjectNode().put("EventType", "GetMetricData");
        var request =
                root.putObject("GetMetricDataRequest")
                        .put("StartTime", grid.startS())
                        .put("EndTime", grid.endS())
                        .put("Period", grid.periodS());
        var list = request.putArray("Arguments");
        for (var argument : arguments) {
            switch (argument) {
                case Boolean flag -> list.add(flag.booleanValue());
                case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
                        list.add(number.longValue());
                case Double number -> list.add(number.doubleValue());
                default -> list.add(String.valueOf(argument));
            }
        }
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Points that are not at the start of a period of the grid are left out, as are values that are no
    /// numbers.
    ///
    /// @throws Functions.Failure for an error that the function tells, and for what is no answer
    public static List<Functions.Series> series(byte[] answer, PeriodGrid grid) {
        if (answer.length > MAX_BYTES) {
            throw invalid("it is larger than " + MAX_BYTES + " bytes");
        }
        JsonNode root;
        try {
            root = JSON.readTree(answer);
        } catch (java.io.IOException notJson) {
            throw invalid("it is no JSON");
        }
        var error = root.path("Error");
        if (error.isObject()) {
            throw new Functions.Failure(
                    error.path("Code").asText("Exception"), error.path("Value").asText(""));
        }
        var results = root.path("MetricDataResults");
        if (!results.isArray()) {
            throw invalid("it has no MetricDataResults");
        }
        if (results.size() > Searches.MAX_SERIES) {
            throw invalid("it has more than " + Searches.MAX_SERIES + " time series");
        }
        var series = new ArrayList<Functions.Series>(results.size());
        for (var result : results) {
            series.add(one(result, grid));
        }
        return series;
    }

    private static Functions.Series one(JsonNode result, PeriodGrid grid) {
        var times = result.path("Timestamps");
        var values = result.path("Values");
        if (!times.isArray() || !values.isArray() || times.size() != values.size()) {
            throw invalid("Timestamps and Values do not fit");
        }
        var points = new TreeMap<Long, Double>();
        for (var i = 0; i < times.size(); i++) {
            if (!times.get(i).isNumber() || !values.get(i).isNumber()) {
                throw invalid("Timestamps and Values must be numbers");
            }
            var timeS = times.get(i).asLong();
            var value = values.get(i).asDouble();
            var isOnGrid =
                    timeS >= grid.startS()
                            && timeS < grid.endS()
                            && (timeS - grid.startS()) % grid.periodS() == 0;
            if (isOnGrid && Double.isFinite(value)) {
                points.put(timeS, value);
            }
        }
        return new Functions.Series(
                result.path("Label").asText(""),
                points.keySet().stream().mapToLong(Long::longValue).toArray(),
                points.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static Functions.Failure invalid(String why) {
        return new Functions.Failure(
                "InvalidResponse", "The function's response is invalid: " + why);
    }
}
