package io.pharos.logs.transform;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.LogsError;
import io.pharos.logs.insights.SafeRegex;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.CSV;
import software.amazon.awssdk.services.cloudwatchlogs.model.DateTimeConverter;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListToMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.OCSFVersion;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseKeyValue;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseToOCSF;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubstituteStringEntry;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Processors whose members [ProcessorRules] has checked, as steps; what only compiling tells to be
/// wrong is refused here.
final class ProcessorSteps {
    private static final int MAX_REFERENCES = 10;

    private ProcessorSteps() {}

    /// @param kind its one member
    static List<Step> of(Processor p, String kind) {
        return switch (kind) {
            case "parseJSON" ->
                    List.of(
                            Parsers.json(
                                    source(p.parseJSON().source()),
                                    destination(p.parseJSON().destination())));
            case "grok" -> List.of(Parsers.grok(source(p.grok().source()), grok(p.grok().match())));
            case "csv" -> List.of(csv(p.csv()));
            case "parseKeyValue" -> List.of(keyValue(p.parseKeyValue()));
            case "parseWAF" -> List.of(VendedParsers.waf());
            case "parseVPC" -> List.of(VendedParsers.vpc());
            case "parseRoute53" -> List.of(VendedParsers.route53());
            case "parseCloudfront" -> List.of(VendedParsers.cloudfront());
            case "parsePostgres" -> List.of(VendedParsers.postgres());
            case "parseToOCSF" -> List.of(ocsf(p.parseToOCSF()));
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
            default -> entries(p, kind);
        };
    }

    private static List<Step> entries(Processor p, String kind) {
        return switch (kind) {
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
                    each(p.substituteString().entries(), ProcessorSteps::substitute);
            case "typeConverter" ->
                    each(
                            p.typeConverter().entries(),
                            e -> ValueSteps.convert(FieldPath.of(e.key()), e.typeAsString()));
            default -> throw AwsError.unsupported(kind + " is not supported.");
        };
    }

    /// The event becomes the one of OCSF.
    private static Step ocsf(ParseToOCSF ocsf) {
        var source = source(ocsf.source());
        var version = ocsf.ocsfVersion() == OCSFVersion.V1_1 ? "1.1.0" : "1.5.0";
        var from = ocsf.eventSource();
        return switch (from) {
            case VPC_FLOW -> ocsf(source, text -> OcsfNetwork.flow(text, version));
            case CLOUD_TRAIL ->
                    ocsf(source, ofRecords(record -> OcsfCloudTrail.event(record, version)));
            case ROUTE53_RESOLVER ->
                    ocsf(source, ofRecords(record -> OcsfNetwork.dns(record, version)));
            case EKS_AUDIT -> ocsf(source, ofRecords(record -> OcsfAudit.event(record, version)));
            case AWSWAF -> ocsf(source, ofRecords(record -> OcsfFirewall.event(record, version)));
            case UNKNOWN_TO_SDK_VERSION ->
                    throw AwsError.unsupported("parseToOCSF is not supported for " + from + ".");
        };
    }

    private static Function<String, @Nullable ObjectNode> ofRecords(
            Function<ObjectNode, @Nullable ObjectNode> mapping) {
        return text -> {
            var record = Draft.object(text);
            return record == null ? null : mapping.apply(record);
        };
    }

    private static Step ocsf(FieldPath source, Function<String, @Nullable ObjectNode> mapping) {
        return draft -> {
            var text = draft.text(source);
            var event = text == null ? null : mapping.apply(text);
            if (event == null) {
                return false;
            }
            draft.root().setAll(event);
            return true;
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
            var locale = date.locale() == null ? Locale.ROOT : Locale.forLanguageTag(date.locale());
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
