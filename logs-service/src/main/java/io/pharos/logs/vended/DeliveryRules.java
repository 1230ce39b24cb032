package io.pharos.logs.vended;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.filter.FilterRules;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationConfiguration;
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

    /// The ARN of what is delivered to.
    ///
    /// @throws RuntimeException when there is none
    public static String resource(
            @Nullable DeliveryDestinationConfiguration configuration,
            @Nullable DeliveryDestinationType type) {
        if (type == DeliveryDestinationType.XRAY) {
            throw AwsError.unsupported("Delivery to X-Ray is not supported.");
        }
        var arn = configuration == null ? null : configuration.destinationResourceArn();
        if (arn == null) {
            throw LogsError.validation("destinationResourceArn is missing.");
        }
        return arn;
    }

    /// What a destination's ARN names.
    ///
    /// @param type as it was given
    /// @throws RuntimeException when it is nothing that events are delivered to
    public static DeliveryDestinationType type(String arn, @Nullable DeliveryDestinationType type) {
        var found = DeliveryDestination.typeOf(arn);
        if (found == null) {
            throw LogsError.validation(
                    "destinationResourceArn is not the ARN of a bucket, a log group or a delivery"
                            + " stream.");
        }
        if (type != null && type != found) {
            throw LogsError.validation(
                    "deliveryDestinationType is not that of the destinationResourceArn.");
        }
        return found;
    }

    /// What a request makes of a layout; what it does not name stays.
    public static DeliveryLayout layout(
            LogConstraints check,
            DeliveryLayout before,
            @Nullable List<String> fields,
            @Nullable String delimiter,
            @Nullable S3DeliveryConfiguration inBucket,
            DeliveryDestination destination) {
        var format = destination.outputFormat();
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
        if (inBucket != null && destination.type() != DeliveryDestinationType.S3) {
            throw LogsError.validation("s3DeliveryConfiguration is only for buckets.");
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
