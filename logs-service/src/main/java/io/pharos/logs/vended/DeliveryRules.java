package io.pharos.logs.vended;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.filter.FilterRules;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;
import software.amazon.awssdk.services.cloudwatchlogs.model.S3DeliveryConfiguration;

import java.util.List;
import java.util.regex.Pattern;

/// AWS's constraints on deliveries, all of them violations of `ValidationException`.
public final class DeliveryRules {
    private static final int MAX_NAME = 60;
    private static final int MAX_ID = 64;
    private static final int MAX_FIELDS = 128;
    private static final int MAX_DELIMITER = 5;
    private static final int MAX_SUFFIX = 256;
    private static final Pattern NAME = Pattern.compile("[\\w-]*");
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z]+");

    /// In the order that AWS names them.
    private static final List<OutputFormat> FORMATS =
            List.of(
                    OutputFormat.W3_C,
                    OutputFormat.RAW,
                    OutputFormat.JSON,
                    OutputFormat.PLAIN,
                    OutputFormat.PARQUET);

    private static final List<OutputFormat> BUILT =
            List.of(OutputFormat.JSON, OutputFormat.PLAIN, OutputFormat.RAW);

    private DeliveryRules() {}

    public static LogConstraints name(String path, @Nullable String name) {
        var check = LogConstraints.check();
        check.constraints()
                .required(path, name)
                .pattern(path, name, NAME)
                .length(path, name, 1, MAX_NAME);
        return check;
    }

    public static LogConstraints id(@Nullable String id) {
        var check = LogConstraints.check();
        check.constraints().required("id", id).pattern("id", id, ID).length("id", id, 1, MAX_ID);
        return check;
    }

    /// @throws RuntimeException with every violation
    public static void orThrow(LogConstraints check) {
        check.constraints().orThrow(LogsError::validation);
    }

    public static void format(LogConstraints check, @Nullable String format) {
        check.constraints().oneOf("outputFormat", format, FORMATS);
    }

    /// @throws RuntimeException when it is one that Pharos does not write
    public static void refuseUnbuilt(@Nullable OutputFormat format) {
        if (format != null && !BUILT.contains(format)) {
            throw AwsError.unsupported("The output format " + format + " is not supported.");
        }
    }

    /// @throws RuntimeException when it is no bucket
    public static void refuseOthers(@Nullable String arn, @Nullable DeliveryDestinationType type) {
        if (type != null && type != DeliveryDestinationType.S3) {
            throw AwsError.unsupported("Delivery destinations are buckets; " + type + " is not.");
        }
        if (arn == null || !arn.startsWith("arn:")) {
            throw LogsError.validation("destinationResourceArn is not an ARN.");
        }
        if (!arn.contains(":s3:")) {
            throw AwsError.unsupported(
                    "Delivery destinations are buckets; use a subscription filter for others.");
        }
        if (!DeliveryDestination.isBucket(arn)) {
            throw LogsError.validation("destinationResourceArn is not the ARN of a bucket.");
        }
    }

    /// What a request makes of a layout; what it does not name stays.
    public static DeliveryLayout layout(
            LogConstraints check,
            DeliveryLayout before,
            @Nullable List<String> fields,
            @Nullable String delimiter,
            @Nullable S3DeliveryConfiguration inBucket,
            @Nullable OutputFormat format) {
        check.constraints()
                .size("recordFields", fields, 0, MAX_FIELDS)
                .length("fieldDelimiter", delimiter, 0, MAX_DELIMITER);
        FilterRules.text(check, "fieldDelimiter", delimiter);
        var suffix = inBucket == null ? null : inBucket.suffixPath();
        check.constraints().length("s3DeliveryConfiguration.suffixPath", suffix, 1, MAX_SUFFIX);
        orThrow(check);
        if (fields != null && !fields.isEmpty()) {
            fields(fields);
        }
        if (delimiter != null && !delimiter.isEmpty() && format != OutputFormat.PLAIN) {
            throw LogsError.validation("fieldDelimiter is only for the output format plain.");
        }
        if (suffix != null && !ObjectKey.isSuffixPath(suffix)) {
            throw LogsError.validation(
                    "suffixPath may have letters, digits, !_.*'()/=- and the fields "
                            + ObjectKey.NAMES
                            + ".");
        }
        var hive = inBucket == null ? null : inBucket.enableHiveCompatiblePath();
        return new DeliveryLayout(
                fields == null || fields.isEmpty() ? before.fields() : fields,
                delimiter == null || delimiter.isEmpty() ? before.delimiter() : delimiter,
                suffix == null ? before.suffixPath() : suffix,
                hive == null ? before.hive() : hive);
    }

    private static void fields(List<String> fields) {
        for (var field : fields) {
            if (!RecordFields.ALL.contains(field)) {
                throw LogsError.validation("'" + field + "' is no record field of the log type.");
            }
        }
        if (fields.stream().distinct().count() != fields.size()
                || !fields.contains(RecordFields.MESSAGE)) {
            throw LogsError.validation(
                    "recordFields are different from each other and "
                            + RecordFields.MESSAGE
                            + " is one of them.");
        }
    }
}
