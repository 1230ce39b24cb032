package io.pharos.logs.transform;

import io.pharos.logs.LogsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.CSV;
import software.amazon.awssdk.services.cloudwatchlogs.model.DateTimeConverter;
import software.amazon.awssdk.services.cloudwatchlogs.model.EventSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListToMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.OCSFVersion;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseKeyValue;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseToOCSF;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// AWS's rules of transformers: the constraints of each processor's members, and which processors may
/// stand together. What holds becomes steps.
final class ProcessorRules {
    /// AWS: processors of a transformer.
    static final int MAX_PROCESSORS = 20;

    /// AWS: parsers among them.
    static final int MAX_PARSERS = 5;

    private static final int MAX_VALUE = 256;
    private static final Set<String> VENDED =
            Set.of(
                    "parseWAF",
                    "parseVPC",
                    "parseRoute53",
                    "parseCloudfront",
                    "parsePostgres",
                    "parseToOCSF");
    private static final Set<String> PARSERS = Set.of("parseJSON", "grok", "csv", "parseKeyValue");
    private static final Set<String> ONCE = Set.of("grok", "addKeys", "copyValue");
    private static final List<String> TYPES = List.of("boolean", "integer", "double", "string");

    private final Constraints check = Constraints.check();
    private String path = "";

    private ProcessorRules() {}

    /// @throws RuntimeException AWS's `InvalidParameterException`
    static List<Step> steps(List<Processor> processors) {
        var rules = new ProcessorRules();
        for (var i = 0; i < processors.size(); i++) {
            rules.path = "transformerConfig." + (i + 1) + ".member.";
            rules.check(processors.get(i));
        }
        rules.check.orThrow(LogsError::invalid);
        checkTogether(processors.stream().map(ProcessorRules::kind).toList());
        var steps = new ArrayList<Step>();
        processors.forEach(
                processor -> steps.addAll(ProcessorSteps.of(processor, kind(processor))));
        return steps;
    }

    /// The one member that is set.
    private static String kind(Processor processor) {
        var set =
                processor.sdkFields().stream()
                        .filter(field -> field.getValueOrDefault(processor) instanceof SdkPojo)
                        .map(field -> field.locationName())
                        .toList();
        if (set.size() != 1) {
            throw invalid("Exactly one processor must be specified in each entry.");
        }
        return set.getFirst();
    }

    private static void checkTogether(List<String> kinds) {
        if (kinds.isEmpty() || kinds.size() > MAX_PROCESSORS) {
            throw invalid("A transformer must have 1 to " + MAX_PROCESSORS + " processors.");
        }
        if (!PARSERS.contains(kinds.getFirst()) && !VENDED.contains(kinds.getFirst())) {
            throw invalid("The first processor must be a parser.");
        }
        for (var i = 1; i < kinds.size(); i++) {
            if (VENDED.contains(kinds.get(i))) {
                throw invalid(kinds.get(i) + " must be the first processor.");
            }
        }
        var parsers = kinds.stream().filter(k -> PARSERS.contains(k) || VENDED.contains(k)).count();
        if (parsers > MAX_PARSERS) {
            throw invalid("A transformer must not have more than " + MAX_PARSERS + " parsers.");
        }
        for (var kind : ONCE) {
            if (kinds.stream().filter(kind::equals).count() > 1) {
                throw invalid("A transformer must not have more than one " + kind + " processor.");
            }
        }
    }

    private void check(Processor p) {
        check(p.parseToOCSF());
        vended("parseWAF", p.parseWAF() == null ? null : p.parseWAF().source());
        vended("parseVPC", p.parseVPC() == null ? null : p.parseVPC().source());
        vended("parseRoute53", p.parseRoute53() == null ? null : p.parseRoute53().source());
        vended(
                "parseCloudfront",
                p.parseCloudfront() == null ? null : p.parseCloudfront().source());
        vended("parsePostgres", p.parsePostgres() == null ? null : p.parsePostgres().source());
        if (p.parseJSON() != null) {
            key("parseJSON.source", p.parseJSON().source());
            key("parseJSON.destination", p.parseJSON().destination());
        }
        if (p.grok() != null) {
            key("grok.source", p.grok().source());
            required("grok.match", p.grok().match());
            check.length(path + "grok.match", p.grok().match(), 1, GrokPattern.MAX_LENGTH);
        }
        check(p.csv());
        check(p.parseKeyValue());
        keys("deleteKeys", 5, p.deleteKeys() == null ? null : p.deleteKeys().withKeys());
        keys(
                "lowerCaseString",
                10,
                p.lowerCaseString() == null ? null : p.lowerCaseString().withKeys());
        keys(
                "upperCaseString",
                10,
                p.upperCaseString() == null ? null : p.upperCaseString().withKeys());
        keys("trimString", 10, p.trimString() == null ? null : p.trimString().withKeys());
        checkEntries(p);
        check(p.listToMap());
        check(p.dateTimeConverter());
    }

    private void checkEntries(Processor p) {
        if (p.addKeys() != null) {
            each(
                    "addKeys",
                    p.addKeys().entries(),
                    5,
                    (at, entry) -> {
                        requiredKey(at + "key", entry.key());
                        required(at + "value", entry.value());
                        check.length(path + at + "value", entry.value(), 1, MAX_VALUE);
                    });
        }
        if (p.moveKeys() != null) {
            each(
                    "moveKeys",
                    p.moveKeys().entries(),
                    5,
                    (at, entry) -> {
                        requiredKey(at + "source", entry.source());
                        requiredKey(at + "target", entry.target());
                    });
        }
        if (p.renameKeys() != null) {
            each(
                    "renameKeys",
                    p.renameKeys().entries(),
                    5,
                    (at, entry) -> {
                        requiredKey(at + "key", entry.key());
                        requiredKey(at + "renameTo", entry.renameTo());
                    });
        }
        if (p.copyValue() != null) {
            each(
                    "copyValue",
                    p.copyValue().entries(),
                    5,
                    (at, entry) -> {
                        requiredKey(at + "source", entry.source());
                        requiredKey(at + "target", entry.target());
                    });
        }
        if (p.splitString() != null) {
            each(
                    "splitString",
                    p.splitString().entries(),
                    10,
                    (at, entry) -> {
                        requiredKey(at + "source", entry.source());
                        required(at + "delimiter", entry.delimiter());
                        check.length(path + at + "delimiter", entry.delimiter(), 1, 128);
                    });
        }
        if (p.substituteString() != null) {
            each(
                    "substituteString",
                    p.substituteString().entries(),
                    10,
                    (at, entry) -> {
                        requiredKey(at + "source", entry.source());
                        required(at + "from", entry.from());
                        check.length(path + at + "from", entry.from(), 1, 128);
                        required(at + "to", entry.to());
                        check.length(path + at + "to", entry.to(), 0, 128);
                    });
        }
        if (p.typeConverter() != null) {
            each(
                    "typeConverter",
                    p.typeConverter().entries(),
                    10,
                    (at, entry) -> {
                        requiredKey(at + "key", entry.key());
                        required(at + "type", entry.typeAsString());
                        check.oneOf(path + at + "type", entry.typeAsString(), TYPES);
                    });
        }
    }

    @FunctionalInterface
    private interface EntryCheck<E> {
        void check(String at, E entry);
    }

    private <E> void each(String name, List<E> entries, int most, EntryCheck<E> entryCheck) {
        check.size(path + name + ".entries", entries, 1, most);
        for (var i = 0; i < entries.size(); i++) {
            entryCheck.check(name + ".entries." + (i + 1) + ".member.", entries.get(i));
        }
    }

    private void check(@Nullable ParseToOCSF ocsf) {
        if (ocsf == null) {
            return;
        }
        key("parseToOCSF.source", ocsf.source());
        required("parseToOCSF.eventSource", ocsf.eventSourceAsString());
        required("parseToOCSF.ocsfVersion", ocsf.ocsfVersionAsString());
        check.satisfied(
                ocsf.eventSource() != EventSource.UNKNOWN_TO_SDK_VERSION,
                path + "parseToOCSF.eventSource",
                ocsf.eventSourceAsString(),
                "Member must satisfy enum value set: " + EventSource.knownValues());
        check.satisfied(
                ocsf.ocsfVersion() != OCSFVersion.UNKNOWN_TO_SDK_VERSION,
                path + "parseToOCSF.ocsfVersion",
                ocsf.ocsfVersionAsString(),
                "Member must satisfy enum value set: " + OCSFVersion.knownValues());
        var mapping = ocsf.mappingVersion();
        check.satisfied(
                mapping == null
                        || (ocsf.ocsfVersion() == OCSFVersion.V1_5 && mapping.equals("v1.5.0")),
                path + "parseToOCSF.mappingVersion",
                mapping,
                "Member must be v1.5.0, with the ocsfVersion V1.5");
    }

    private void check(@Nullable CSV csv) {
        if (csv == null) {
            return;
        }
        key("csv.source", csv.source());
        key("csv.destination", csv.destination());
        check.length(path + "csv.delimiter", csv.delimiter(), 1, 2);
        check.length(path + "csv.quoteCharacter", csv.quoteCharacter(), 1, 1);
        check.size(path + "csv.columns", csv.columns(), 0, Parsers.MAX_COLUMNS);
        csv.columns().forEach(column -> key("csv.columns", column));
        var delimiter = csv.delimiter();
        check.satisfied(
                delimiter == null
                        || delimiter.length() == 1
                        || delimiter.equals("\\t")
                        || delimiter.equals("\\s"),
                path + "csv.delimiter",
                delimiter,
                "Member must be one character, \\t or \\s");
    }

    private void check(@Nullable ParseKeyValue kv) {
        if (kv == null) {
            return;
        }
        key("parseKeyValue.source", kv.source());
        key("parseKeyValue.destination", kv.destination());
        check.length(path + "parseKeyValue.fieldDelimiter", kv.fieldDelimiter(), 1, 128)
                .length(path + "parseKeyValue.keyValueDelimiter", kv.keyValueDelimiter(), 1, 128)
                .length(path + "parseKeyValue.keyPrefix", kv.keyPrefix(), 1, 128)
                .length(path + "parseKeyValue.nonMatchValue", kv.nonMatchValue(), 1, 128);
    }

    private void check(@Nullable ListToMap list) {
        if (list == null) {
            return;
        }
        requiredKey("listToMap.source", list.source());
        requiredKey("listToMap.key", list.key());
        key("listToMap.valueKey", list.valueKey());
        key("listToMap.target", list.target());
        check.oneOf(
                path + "listToMap.flattenedElement",
                list.flattenedElementAsString(),
                List.of("first", "last"));
        check.satisfied(
                !Boolean.TRUE.equals(list.flatten()) || list.flattenedElementAsString() != null,
                path + "listToMap.flattenedElement",
                null,
                "Member must not be null");
    }

    private void check(@Nullable DateTimeConverter date) {
        if (date == null) {
            return;
        }
        requiredKey("dateTimeConverter.source", date.source());
        requiredKey("dateTimeConverter.target", date.target());
        check.size(path + "dateTimeConverter.matchPatterns", date.matchPatterns(), 1, 5)
                .length(path + "dateTimeConverter.targetFormat", date.targetFormat(), 1, 64)
                .length(path + "dateTimeConverter.sourceTimezone", date.sourceTimezone(), 1, 64)
                .length(path + "dateTimeConverter.targetTimezone", date.targetTimezone(), 1, 64)
                .length(path + "dateTimeConverter.locale", date.locale(), 1, 64);
        for (var pattern : date.matchPatterns()) {
            check.length(path + "dateTimeConverter.matchPatterns", pattern, 1, 128);
        }
    }

    private void vended(String name, @Nullable String source) {
        check.satisfied(
                source == null || source.equals(Draft.MESSAGE),
                path + name + ".source",
                source,
                "Member must be " + Draft.MESSAGE);
    }

    private void keys(String name, int most, @Nullable Collection<String> keys) {
        if (keys != null) {
            check.size(path + name + ".withKeys", keys, 1, most);
            keys.forEach(key -> key(name + ".withKeys", key));
        }
    }

    private void required(String name, @Nullable Object value) {
        check.required(path + name, value);
    }

    private void requiredKey(String name, @Nullable String value) {
        required(name, value);
        key(name, value);
    }

    private void key(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        check.length(path + name, value, 1, FieldPath.MAX_LENGTH);
        check.satisfied(
                value.chars().anyMatch(Character::isLetterOrDigit)
                        && (value.length() > FieldPath.MAX_LENGTH || FieldPath.isPath(value)),
                path + name,
                value,
                "Member must be a key of at most " + FieldPath.MAX_DEPTH + " levels");
    }

    private static RuntimeException invalid(String message) {
        return LogsError.invalid(message);
    }
}
