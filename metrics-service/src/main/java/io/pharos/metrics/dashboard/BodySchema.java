package io.pharos.metrics.dashboard;

import static io.pharos.metrics.dashboard.Rule.any;
import static io.pharos.metrics.dashboard.Rule.array;
import static io.pharos.metrics.dashboard.Rule.bool;
import static io.pharos.metrics.dashboard.Rule.integer;
import static io.pharos.metrics.dashboard.Rule.matching;
import static io.pharos.metrics.dashboard.Rule.number;
import static io.pharos.metrics.dashboard.Rule.object;
import static io.pharos.metrics.dashboard.Rule.oneOf;
import static io.pharos.metrics.dashboard.Rule.period;
import static io.pharos.metrics.dashboard.Rule.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// The schema of a dashboard's body. AWS: "Dashboard Body Structure and Syntax".
final class BodySchema {
    static final int MAX_WIDGETS = 500;
    static final int MAX_METRICS = 500;
    static final int MAX_METRICS_OF_ALL = 2_500;
    private static final int MAX_VARIABLES = 25;
    private static final int MAX_ALARMS = 100;
    private static final long NO_LIMIT = 1L << 53;

    private static final Rule COLOR = matching("^#[0-9a-fA-F]{6}$");
    private static final Rule LEGEND =
            object("legend definition").optional("position", oneOf("right", "bottom", "hidden"));
    private static final Rule Y_AXIS =
            object("axis definition")
                    .optional(number(), "min", "max")
                    .optional("label", text())
                    .optional("showUnits", bool());
    private static final Rule Y_AXES = object("yAxis definition").optional(Y_AXIS, "left", "right");

    private static final Rule ROW_OPTIONS =
            object("metric rendering definition")
                    .optional("color", COLOR)
                    .optional(text(), "expression", "id", "label", "region", "stat", "accountId")
                    .optional("period", period())
                    .optional("visible", bool())
                    .optional("yAxis", oneOf("left", "right"));

    private static final Rule HORIZONTAL_LINE =
            object("horizontal annotation definition")
                    .required("value", number())
                    .optional("label", text())
                    .optional("color", COLOR)
                    .optional("fill", oneOf("above", "below", "between", "none"))
                    .optional("visible", bool())
                    .optional("yAxis", oneOf("left", "right"));
    private static final Rule VERTICAL_LINE =
            object("vertical annotation definition")
                    .required("value", text())
                    .optional("label", text())
                    .optional("color", COLOR)
                    .optional("fill", oneOf("before", "after", "between", "none"))
                    .optional("visible", bool());
    private static final Rule ANNOTATIONS =
            object("annotations definition")
                    .optional("alarms", array(0, 1, text()))
                    .optional("horizontal", array(0, MAX_METRICS, oneOrPair(HORIZONTAL_LINE)))
                    .optional("vertical", array(0, MAX_METRICS, oneOrPair(VERTICAL_LINE)));

    private static final Rule METRIC =
            object("metric widget definition")
                    .required("region", text())
                    .optional("metrics", array(0, MAX_METRICS, BodySchema::row))
                    .optional("annotations", ANNOTATIONS)
                    .optional(text(), "accountId", "title", "stat")
                    .optional(
                            "view",
                            oneOf("timeSeries", "singleValue", "gauge", "bar", "pie", "table"))
                    .optional(
                            bool(),
                            "stacked",
                            "liveData",
                            "sparkline",
                            "setPeriodToTimeRange",
                            "singleValueFullPrecision",
                            "trend")
                    .optional("period", period())
                    .optional("timezone", matching("^[+-][0-9]{4}$"))
                    .optional("legend", LEGEND)
                    .optional("yAxis", Y_AXES)
                    .optional(any(), "table", "labels", "start", "end")
                    .also(Rule.whole((value, _) -> metricFault(value)));

    private static final Rule TEXT =
            object("text widget definition")
                    .required("markdown", text())
                    .optional("background", oneOf("transparent", "solid"));

    private static final Rule LOG =
            object("log widget definition")
                    .required("region", text())
                    .optional(text(), "query", "title", "accountId")
                    .optional("view", oneOf("table", "timeSeries", "bar", "pie"))
                    .optional("stacked", bool())
                    .optional("queryLanguage", oneOf("CWLI", "SQL", "PPL"))
                    .optional(any(), "legend", "yAxis", "logGroupPrefixes", "annotations");

    private static final Rule ALARM =
            object("alarm widget definition")
                    .required("alarms", array(1, MAX_ALARMS, text()))
                    .optional("title", text())
                    .optional("sortBy", oneOf("default", "stateUpdatedTimestamp", "timestamp"))
                    .optional(
                            "states",
                            array(0, MAX_ALARMS, oneOf("ALARM", "OK", "INSUFFICIENT_DATA")));

    private static final Rule EXPLORER =
            object("explorer widget definition")
                    .required("metrics", array(1, MAX_ALARMS, any()))
                    .optional(any(), "labels", "aggregateBy", "splitBy", "widgetOptions")
                    .optional("period", period())
                    .optional("title", text());

    private static final Rule CUSTOM =
            object("custom widget definition")
                    .required("endpoint", text())
                    .optional("params", any())
                    .optional(
                            "updateOn",
                            object("updateOn definition")
                                    .optional(bool(), "refresh", "resize", "timeRange"))
                    .optional("title", text());

    private static final Rule CHART =
            object("chart widget definition")
                    .optional(text(), "title", "view", "region")
                    .optional(any(), "data", "plotOptions");

    private static final Map<String, Rule> WIDGETS =
            Map.of(
                    "metric", METRIC,
                    "text", TEXT,
                    "log", LOG,
                    "alarm", ALARM,
                    "explorer", EXPLORER,
                    "custom", CUSTOM,
                    "chart", CHART);

    private static final Rule WIDGET =
            object("widget definition")
                    .required("type", text())
                    .required("properties", any())
                    .optional("x", integer(0, 23))
                    .optional("y", integer(0, NO_LIMIT))
                    .optional("width", integer(1, 24))
                    .optional("height", integer(1, 1_000));

    private static final Rule VALUE =
            object("variable value definition").required("value", text()).optional("label", text());
    private static final Rule VARIABLE =
            object("variable definition")
                    .required("type", oneOf("property", "pattern"))
                    .required("inputType", oneOf("input", "select", "radio"))
                    .required("id", text(32))
                    .optional("label", text(30))
                    .optional(text(), "property", "pattern", "defaultValue", "populateFrom")
                    .optional("search", text(2_048))
                    .optional("visible", bool())
                    .optional("values", array(1, 500, VALUE));

    private static final Rule ROOT =
            object("dashboard definition")
                    .required("widgets", array(0, MAX_WIDGETS, BodySchema::widget))
                    .optional(
                            "variables",
                            array(0, MAX_VARIABLES, VARIABLE).also(BodySchema::variables))
                    .optional(text(), "start", "end")
                    .optional("periodOverride", oneOf("inherit", "auto"));

    private BodySchema() {}

    static void check(JsonNode body, List<Finding> findings) {
        ROOT.check(body, "", findings);
        var metrics = 0;
        for (var widget : body.path("widgets")) {
            metrics += widget.path("properties").path("metrics").size();
        }
        if (metrics > MAX_METRICS_OF_ALL) {
            Rule.error(
                    findings,
                    "/widgets",
                    "Should NOT have more than " + MAX_METRICS_OF_ALL + " metrics");
        }
    }

    private static void widget(JsonNode widget, String path, List<Finding> findings) {
        WIDGET.check(widget, path, findings);
        if (widget.has("x") != widget.has("y")) {
            var missing = widget.has("x") ? "y" : "x";
            Rule.error(findings, path, "Should have required property '" + missing + "'");
        }
        var type = widget.path("type");
        if (!type.isTextual() || !widget.has("properties")) {
            return;
        }
        var rule = WIDGETS.get(type.textValue());
        if (rule == null) {
            var known = WIDGETS.keySet().stream().sorted().toList();
            Rule.warning(
                    findings,
                    path + "/type",
                    "Should match pattern \"^(" + String.join("|", known) + ")$\"");
        } else {
            rule.check(widget.get("properties"), path + "/properties", findings);
        }
    }

    private static @Nullable String metricFault(JsonNode properties) {
        var hasAlarm = !properties.path("annotations").path("alarms").isEmpty();
        return properties.has("metrics") || hasAlarm
                ? null
                : "The metric widget should have specified a region and a data source or an alarm"
                        + " annotation";
    }

    /// `["AWS/EC2", "CPUUtilization", "InstanceId", "i-1", {"stat": "p99"}]`, `[".", "m2"]`,
    /// `["...", "i-2"]`, `[{"expression": "m1 * 2"}]`.
    private static void row(JsonNode row, String path, List<Finding> findings) {
        if (!row.isArray()) {
            Rule.error(findings, path, "Should be array");
            return;
        }
        if (row.isEmpty()) {
            Rule.error(findings, path, "Should NOT have less than 1 items");
            return;
        }
        var cells = row.size();
        if (row.get(cells - 1).isObject()) {
            cells--;
            ROW_OPTIONS.check(row.get(cells), path + "/" + cells, findings);
        }
        for (var i = 0; i < cells; i++) {
            text().check(row.get(i), path + "/" + i, findings);
        }
        var isExpression = cells == 0 && row.get(0).has("expression");
        var repeats = cells > 0 && row.get(0).asText().equals("...");
        if (!isExpression && !repeats && cells < 2) {
            Rule.error(findings, path, "Should NOT have less than 2 items");
        }
    }

    private static Rule oneOrPair(Rule line) {
        return (value, path, findings) -> {
            if (value.isArray()) {
                array(2, 2, line).check(value, path, findings);
            } else {
                line.check(value, path, findings);
            }
        };
    }

    /// Each has what its type needs; ids and properties appear once.
    private static void variables(JsonNode variables, String path, List<Finding> findings) {
        var ids = new HashSet<String>();
        var properties = new HashSet<String>();
        for (var i = 0; i < variables.size(); i++) {
            var variable = variables.get(i);
            var needed = variable.get("type").asText();
            if (List.of("property", "pattern").contains(needed) && !variable.has(needed)) {
                Rule.error(
                        findings, path + "/" + i, "Should have required property '" + needed + "'");
            }
            var isTwice =
                    !ids.add(variable.get("id").asText())
                            || variable.has("property")
                                    && !properties.add(variable.get("property").asText());
            if (isTwice) {
                Rule.error(findings, path, "Should NOT have duplicate items");
                return;
            }
        }
    }
}
