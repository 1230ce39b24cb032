package io.pharos.metrics.dashboard;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A piece of the schema of bodies, in AWS's words when a value breaks it.
@FunctionalInterface
interface Rule {
    void check(JsonNode value, String path, List<Finding> findings);

    static Rule any() {
        return (_, _, _) -> {};
    }

    static Rule text() {
        return typed(JsonNode::isTextual, "string");
    }

    /// A string of at most so many characters.
    static Rule text(int most) {
        return text().also((value, path, findings) -> {
            if (value.textValue().length() > most) {
                error(findings, path, "Should NOT be longer than " + most + " characters");
            }
        });
    }

    static Rule bool() {
        return typed(JsonNode::isBoolean, "boolean");
    }

    static Rule number() {
        return typed(JsonNode::isNumber, "number");
    }

    static Rule integer(long least, long most) {
        return number().also((value, path, findings) -> {
            var number = value.doubleValue();
            if (number != Math.rint(number)) {
                error(findings, path, "Should be integer");
            } else if (number < least) {
                error(findings, path, "Should be >= " + least);
            } else if (number > most) {
                error(findings, path, "Should be <= " + most);
            }
        });
    }

    /// 1, 5, 10, 20, 30 or a multiple of 60 seconds.
    static Rule period() {
        return number().also((value, path, findings) -> {
            var period = value.doubleValue();
            if (List.of(1.0, 5.0, 10.0, 20.0, 30.0).contains(period)) {
                return;
            }
            var below = period < 60;
            var uneven = period % 60 != 0;
            if (below) {
                error(findings, path, "Should be >= 60");
            }
            if (uneven) {
                error(findings, path, "Should be multiple of 60");
            }
            if (below || uneven) {
                error(findings, path, "Should match exactly one schema in oneOf");
            }
        });
    }

    /// One of some words; another one is only warned of, as it may be newer than we are.
    static Rule oneOf(String... words) {
        return matching("^(" + String.join("|", words) + ")$");
    }

    /// Warns of a string that does not match.
    static Rule matching(String regex) {
        var pattern = Pattern.compile(regex);
        return text().also((value, path, findings) -> {
            if (!pattern.matcher(value.textValue()).matches()) {
                warning(findings, path, "Should match pattern \"" + regex + "\"");
            }
        });
    }

    static Rule array(int least, int most, Rule item) {
        return typed(JsonNode::isArray, "array")
                .also((value, path, findings) -> {
                    if (value.size() > most) {
                        error(findings, path, "Should NOT have more than " + most + " items");
                    } else if (value.size() < least) {
                        error(findings, path, "Should NOT have less than " + least + " items");
                    } else {
                        for (var i = 0; i < value.size(); i++) {
                            item.check(value.get(i), path + "/" + i, findings);
                        }
                    }
                });
    }

    /// An object of known properties.
    ///
    /// @param what of what the properties are, as AWS tells it
    static Members object(String what) {
        return new Members(what);
    }

    /// The members of an object, in the order in which they are checked.
    final class Members implements Rule {
        private final String what;
        private final Map<String, Rule> members = new LinkedHashMap<>();
        private final List<String> required = new ArrayList<>();

        private Members(String what) {
            this.what = what;
        }

        Members required(String name, Rule rule) {
            required.add(name);
            return optional(name, rule);
        }

        Members optional(String name, Rule rule) {
            members.put(name, rule);
            return this;
        }

        /// Members that need no more than to be of a kind.
        Members optional(Rule rule, String... names) {
            for (var name : names) {
                optional(name, rule);
            }
            return this;
        }

        @Override
        public void check(JsonNode value, String path, List<Finding> findings) {
            if (!value.isObject()) {
                error(findings, path, "Should be object");
                return;
            }
            for (var name : required) {
                if (!value.has(name)) {
                    error(findings, path, "Should have required property '" + name + "'");
                }
            }
            for (var member : value.properties()) {
                var rule = members.get(member.getKey());
                if (rule == null) {
                    warning(
                            findings,
                            path,
                            "The \""
                                    + member.getKey()
                                    + "\" property is not expected to be part of a "
                                    + what
                                    + ", will be ignored");
                } else {
                    rule.check(member.getValue(), path + "/" + escaped(member.getKey()), findings);
                }
            }
        }
    }

    /// Another rule for the same value, if this one finds no error.
    default Rule also(Rule next) {
        return (value, path, findings) -> {
            var before = findings.size();
            check(value, path, findings);
            if (findings.subList(before, findings.size()).stream().noneMatch(Finding::isError)) {
                next.check(value, path, findings);
            }
        };
    }

    /// The message for a value as a whole, null when it is fine.
    static Rule whole(BiFunction<JsonNode, String, @Nullable String> fault) {
        return (value, path, findings) -> {
            var message = fault.apply(value, path);
            if (message != null) {
                error(findings, path, message);
            }
        };
    }

    private static Rule typed(Predicate<JsonNode> isIt, String name) {
        return (value, path, findings) -> {
            if (!isIt.test(value)) {
                error(findings, path, "Should be " + name);
            }
        };
    }

    static void error(List<Finding> findings, String path, String message) {
        findings.add(new Finding(path, message, true));
    }

    static void warning(List<Finding> findings, String path, String message) {
        findings.add(new Finding(path, message, false));
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
