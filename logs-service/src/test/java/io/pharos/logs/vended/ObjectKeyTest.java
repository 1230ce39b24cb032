package io.pharos.logs.vended;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.event.EventId;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class ObjectKeyTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final long AT = Instant.parse("2026-01-15T12:34:56Z").toEpochMilli();
    private static final DeliverySource SOURCE =
            new DeliverySource(TENANT, "src", "/aws/lambda/f", DeliverySource.LOG_TYPE, Map.of());

    private static String key(String resourceArn, @Nullable String suffix, boolean hive) {
        var destination = new DeliveryDestination(TENANT, "dst", resourceArn, null, Map.of());
        var layout = new DeliveryLayout(RecordFields.DEFAULT, null, suffix, hive);
        var delivery =
                new Delivery(
                        TENANT,
                        "AbC1",
                        "src",
                        TENANT.account(),
                        "dst",
                        DeliveryDestinationType.S3,
                        layout,
                        Map.of(),
                        0);
        return ObjectKey.of(SOURCE, destination, delivery, 255, AT);
    }

    @Test
    void keysAreLaidOutAsAskedFor() {
        var file = "123456789012_CloudWatchLogs_eu-west-1_20260115T1234Z_AbC1-ff.log.gz";
        assertThat(key("arn:aws:s3:::bucket", null, false))
                .isEqualTo(
                        "AWSLogs/123456789012/CloudWatchLogs/eu-west-1/aws-lambda-f/2026/01/15/12/"
                                + file);
        assertThat(key("arn:aws:s3:::bucket/a/b", "{yyyy}/{MM}{dd}", false))
                .isEqualTo("a/b/2026/0115/" + file);
        assertThat(key("arn:aws:s3:::bucket/a/", "{accountid}/{region}/{yyyy}/{HH}/", true))
                .isEqualTo(
                        "a/aws-account-id=123456789012/aws-region=eu-west-1/year=2026/hour=12/"
                                + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{x}", "{yyyy", "a b", "a\0", "ä", "{}", "a\\b"})
    void whatIsNoSuffixPathIsTold(String path) {
        assertThat(ObjectKey.isSuffixPath(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"arn:aws:s3:::b", "arn:aws:s3:::Bucket", "arn:aws:s3:::bucket/a b", "x"})
    void whatIsNoBucketIsTold(String arn) {
        assertThat(DeliveryDestination.typeOf(arn)).isNull();
    }

    @Test
    void otherDestinationsAreGroupsAndStreams() {
        assertThat(DeliveryDestination.typeOf("arn:aws:logs:eu-west-1:123456789012:log-group:/a:*"))
                .isEqualTo(DeliveryDestinationType.CWL);
        assertThat(
                        DeliveryDestination.logGroup(
                                "arn:aws:logs:eu-west-1:123456789012:log-group:/a:*"))
                .isEqualTo("/a");
        assertThat(
                        DeliveryDestination.typeOf(
                                "arn:aws:firehose:eu-west-1:123456789012:deliverystream/d"))
                .isEqualTo(DeliveryDestinationType.FH);
    }

    @Test
    void linesAreInTheFormatAskedFor() {
        var id = EventId.of(AT, AT + 5, 3, 7, 1);
        assertThat(line(OutputFormat.JSON, RecordFields.DEFAULT, null, id))
                .isEqualTo(
                        "{\"@timestamp\":\"2026-01-15T12:34:56.000Z\",\"@ingestionTime\":"
                                + "\"2026-01-15T12:34:56.005Z\",\"@logStream\":\"s\","
                                + "\"@message\":\"say \\\"hi\\\"\"}");
        assertThat(line(OutputFormat.PLAIN, List.of("@log", "@message"), null, id))
                .isEqualTo("123456789012:/aws/lambda/f\tsay \"hi\"");
        assertThat(
                        line(
                                OutputFormat.PLAIN,
                                List.of("@aws.account", "@aws.region", "@eventId", "@message"),
                                "|",
                                id))
                .isEqualTo("123456789012|eu-west-1|" + id + "|say \"hi\"");
        assertThat(line(OutputFormat.RAW, RecordFields.DEFAULT, null, id)).isEqualTo("say \"hi\"");
    }

    private static String line(
            OutputFormat format, List<String> fields, @Nullable String delimiter, EventId id) {
        var lines = new StringBuilder();
        RecordFields.append(
                lines,
                format,
                new DeliveryLayout(fields, delimiter, null, false),
                new RecordFields.Origin(SOURCE, "s", AT + 5),
                id,
                "say \"hi\"");
        return lines.toString();
    }
}
