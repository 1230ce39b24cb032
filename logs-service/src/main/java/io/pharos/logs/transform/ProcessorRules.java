package io.pharos.logs.transform;

import static java.util.Objects.requireNonNullElse;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.LogsError;
import io.pharos.logs.insights.SafeRegex;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.CSV;
import software.amazon.awssdk.services.cloudwatchlogs.model.DateTimeConverter;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListToMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseKeyValue;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubstituteStringEntry;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/// AWS's rules of transformers: the constraints of each processor's members, and which processors may
/// stand together. What holds becomes steps.
final class ProcessorRules {
    /// AWS: processors of a transformer.
    static final int MAX_PROCESSORS = 20;

    /// AWS: parsers among them.
    static final int MAX_PARSERS = 5;

    private static final int MAX_VALUE = 256;
    private static final int MAX_REFERENCES = 10;
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
        processors.forEach(processor -> steps.addAll(steps(processor)));
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
            throw invalid(
                    "A transformer must have 1 to " + MAX_PROCESSORS + " processors.");
        }
        if (!PARSERS.contains(kinds.getFirst()) && !VENDED.contains(kinds.getFirst())) {
            throw invalid("The first processor must be a parser.");
        }
        for (var i = 1; i < kinds.size(); i++) {
            if (VENDED.contains(kinds.get(i))) {
                throw invalid(kinds.get(i) + " must be the first processor.");
            }
        }
        var parsers =
                kinds.stream().filter(k -> PARSERS.contains(k) || VENDED.contains(k)).count();
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
        if (p.parseToOCSF() != null) {
            throw AwsError.unsupported("parseToOCSF is not supported.");
        }
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
            each("addKeys", p.addKeys().entries(), 5, (at, entry) -> {
                requiredKey(at + "key", entry.key());
                required(at + "value", entry.value());
                check.length(path + at + "value", entry.value(), 1, MAX_VALUE);
            });
        }
        if (p.moveKeys() != null) {
            each("moveKeys", p.moveKeys().entries(), 5, (at, entry) -> {
                requiredKey(at + "source", entry.source());
                requiredKey(at + "target", entry.target());
            });
        }
        if (p.renameKeys() != null) {
            each("renameKeys", p.renameKeys().entries(), 5, (at, entry) -> {
                requiredKey(at + "key", entry.key());
                requiredKey(at + "renameTo", entry.renameTo());
            });
        }
        if (p.copyValue() != null) {
            each("copyValue", p.copyValue().entries(), 5, (at, entry) -> {
                requiredKey(at + "source", entry.source());
                requiredKey(at + "target", entry.target());
            });
        }
        if (p.splitString() != null) {
            each("splitString", p.splitString().entries(), 10, (at, entry) -> {
                requiredKey(at + "source", entry.source());
                required(at + "delimiter", entry.delimiter());
                check.length(path + at + "delimiter", entry.delimiter(), 1, 128);
            });
        }
        if (p.substituteString() != null) {
            each("substituteString", p.substituteString().entries(), 10, (at, entry) -> {
                requiredKey(at + "source", entry.source());
                required(at + "from", entry.from());
                check.length(path + at + "from", entry.from(), 1, 128);
                required(at + "to", entry.to());
                check.length(path + at + "to", entry.to(), 0, 128);
            });
        }
        if (p.typeConverter() != null) {
            each("typeConverter", p.typeConverter().entries(), 10, (at, entry) -> {
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

    private static List<Step> steps(Processor p) {
        return switch (kind(p)) {
            case "parseJSON" ->
                    List.of(
                            Parsers.json(
                                    source(p.parseJSON().source()),
                                    destination(p.parseJSON().destination())));
            case "grok" ->
                    List.of(Parsers.grok(source(p.grok().source()), grok(p.grok().match())));
            case "csv" -> List.of(csv(p.csv()));
            case "parseKeyValue" -> List.of(keyValue(p.parseKeyValue()));
            case "parseWAF" -> List.of(VendedParsers.waf());
            case "parseVPC" -> List.of(VendedParsers.vpc());
            case "parseRoute53" -> List.of(VendedParsers.route53());
            case "parseCloudfront" -> List.of(VendedParsers.cloudfront());
            case "parsePostgres" -> List.of(VendedParsers.postgres());
            case "deleteKeys" -> List.of(KeySteps.delete(paths(p.deleteKeys().withKeys())));
            case "lowerCaseString" ->
                    List.of(
                            ValueSteps.text(
                                    paths(p.lowerCaseString().withKeys()),
                                    text -> text.toLowerCase(Locale.ROOT)));
            case "upperCaseString" ->
                    List.of(
                            ValueSteps.text(
                                    paths(p.upperCaseString().withKeys()),
                                    text -> text.toUpperCase(Locale.ROOT)));
            case "trimString" ->
                    List.of(ValueSteps.text(paths(p.trimString().withKeys()), String::strip));
            case "listToMap" -> List.of(listToMap(p.listToMap()));
            case "dateTimeConverter" -> List.of(dateTime(p.dateTimeConverter()));
            default -> entries(p);
        };
    }

    private static List<Step> entries(Processor p) {
        return switch (kind(p)) {
            case "addKeys" ->
                    each(
                            p.addKeys().entries(),
                            e ->
                                    KeySteps.add(
                                            FieldPath.of(e.key()),
                                            e.value(),
                                            isTrue(e.overwriteIfExists())));
            case "moveKeys" ->
                    each(
                            p.moveKeys().entries(),
                            e ->
                                    KeySteps.move(
                                            FieldPath.of(e.source()),
                                            FieldPath.of(e.target()),
                                            isTrue(e.overwriteIfExists())));
            case "renameKeys" ->
                    each(
                            p.renameKeys().entries(),
                            e ->
                                    KeySteps.rename(
                                            FieldPath.of(e.key()),
                                            FieldPath.of(e.renameTo()),
                                            isTrue(e.overwriteIfExists())));
            case "copyValue" ->
                    each(
                            p.copyValue().entries(),
                            e ->
                                    KeySteps.copy(
                                            e.source(),
                                            FieldPath.of(e.target()),
                                            isTrue(e.overwriteIfExists())));
            case "splitString" ->
                    each(
                            p.splitString().entries(),
                            e -> ValueSteps.split(FieldPath.of(e.source()), e.delimiter()));
            case "substituteString" ->
                    each(p.substituteString().entries(), ProcessorRules::substitute);
            case "typeConverter" ->
                    each(
                            p.typeConverter().entries(),
                            e -> ValueSteps.convert(FieldPath.of(e.key()), e.typeAsString()));
            default -> throw AwsError.unsupported(kind(p) + " is not supported.");
        };
    }

    private static <E> List<Step> each(List<E> entries, Function<E, Step> step) {
        return entries.stream().map(step).toList();
    }

    private static GrokPattern grok(String match) {
        try {
            return GrokPattern.compile(match);
        } catch (IllegalArgumentException wrong) {
            throw invalid("Invalid grok match pattern: " + wrong.getMessage());
        }
    }

    private static Step csv(CSV csv) {
        var delimiter = requireNonNullElse(csv.delimiter(), ",");
        var cut =
                switch (delimiter) {
                    case "\\t" -> '\t';
                    case "\\s" -> ' ';
                    default -> delimiter.charAt(0);
                };
        var quote = requireNonNullElse(csv.quoteCharacter(), "\"").charAt(0);
        if (cut == quote) {
            throw invalid("delimiter and quoteCharacter must differ.");
        }
        return Parsers.csv(
                source(csv.source()),
                destination(csv.destination()),
                new Parsers.Columns(cut, quote, csv.columns()));
    }

    private static Step keyValue(ParseKeyValue kv) {
        return Parsers.keyValue(
                source(kv.source()),
                destination(kv.destination()),
                new Parsers.Pairs(
                        requireNonNullElse(kv.fieldDelimiter(), "&"),
                        requireNonNullElse(kv.keyValueDelimiter(), "="),
                        requireNonNullElse(kv.keyPrefix(), ""),
                        kv.nonMatchValue(),
                        isTrue(kv.overwriteIfExists())));
    }

    private static Step listToMap(ListToMap list) {
        return KeySteps.listToMap(
                new KeySteps.Listing(
                        FieldPath.of(list.source()),
                        list.key(),
                        list.valueKey(),
                        destination(list.target()),
                        isTrue(list.flatten())
                                ? KeySteps.Flatten.valueOf(list.flattenedElementAsString())
                                : null));
    }

    private static Step substitute(SubstituteStringEntry entry) {
        try {
            var from = SafeRegex.compile(entry.from().replace("(?<", "(?P<"));
            checkReferences(entry.to(), from);
            return ValueSteps.substitute(FieldPath.of(entry.source()), from, entry.to());
        } catch (PatternSyntaxException | IllegalArgumentException wrong) {
            throw invalid("Invalid regular expression in substituteString: " + wrong.getMessage());
        }
    }

    /// `$1` and `${name}` must be groups of the expression, `\` must have something behind it: told now,
    /// not when an event comes.
    private static void checkReferences(String to, Pattern from) {
        var references = 0;
        for (var i = 0; i < to.length(); i++) {
            if (to.charAt(i) == '\\') {
                if (++i == to.length()) {
                    throw new IllegalArgumentException("\\ at the end of the replacement");
                }
            } else if (to.charAt(i) == '$') {
                references++;
            }
        }
        if (references > MAX_REFERENCES) {
            throw new IllegalArgumentException(
                    "more than " + MAX_REFERENCES + " references to groups");
        }
        var named = com.google.re2j.Pattern.compile("\\$(?:\\{([^}]*)\\}|([0-9]+)|)").matcher(to);
        while (named.find()) {
            var name = named.group(1);
            var number = named.group(2);
            var isEscaped = isEscaped(to, named.start());
            var isKnown =
                    name != null
                            ? from.namedGroups().containsKey(name)
                            : number != null && number.charAt(0) - '0' <= from.groupCount();
            if (!isEscaped && !isKnown) {
                throw new IllegalArgumentException("no such group: " + named.group());
            }
        }
    }

    private static boolean isEscaped(String text, int at) {
        var slashes = 0;
        while (at - slashes > 0 && text.charAt(at - slashes - 1) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static Step dateTime(DateTimeConverter date) {
        try {
            var locale =
                    date.locale() == null ? Locale.ROOT : Locale.forLanguageTag(date.locale());
            return new DateTimes(
                    FieldPath.of(date.source()),
                    date.matchPatterns().stream()
                            .map(pattern -> DateTimeFormatter.ofPattern(pattern, locale))
                            .toList(),
                    FieldPath.of(date.target()),
                    DateTimeFormatter.ofPattern(
                            requireNonNullElse(date.targetFormat(), DateTimes.DEFAULT_FORMAT),
                            locale),
                    ZoneId.of(requireNonNullElse(date.sourceTimezone(), "UTC")),
                    ZoneId.of(requireNonNullElse(date.targetTimezone(), "UTC")));
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw invalid("Invalid dateTimeConverter: " + wrong.getMessage());
        }
    }

    private static FieldPath source(@Nullable String source) {
        return FieldPath.of(requireNonNullElse(source, Draft.MESSAGE));
    }

    private static FieldPath destination(@Nullable String destination) {
        return destination == null ? FieldPath.ROOT : FieldPath.of(destination);
    }

    private static List<FieldPath> paths(List<String> keys) {
        return keys.stream().map(FieldPath::of).toList();
    }

    private static boolean isTrue(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }

    private static RuntimeException invalid(String message) {
        return LogsError.invalid(message);
    }
}
