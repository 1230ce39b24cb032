package io.pharos.events.trail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.trail.pg.PgApiRecords;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.kit.Database;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudtrail.model.CloudTrailArnInvalidException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidHomeRegionException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidLookupAttributesException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidMaxResultsException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidTimeRangeException;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.ResourceTag;
import software.amazon.awssdk.services.cloudtrail.model.Tag;
import software.amazon.awssdk.services.cloudtrail.model.TrailAlreadyExistsException;
import software.amazon.awssdk.services.cloudtrail.model.TrailInfo;
import software.amazon.awssdk.services.cloudtrail.model.TrailNotFoundException;

import java.time.Instant;
import java.util.function.Supplier;

class TrailApiIT {
    private static final Instant NOW = Instant.parse("2026-01-30T10:00:00Z");
    private static final String ARN = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit";

    private final Database database = new Database(TestDatabase.fresh("events"));
    private final PgTrails trails = new PgTrails(database);
    private final TrailApi api = new TrailApi(trails);
    private final TrailTagApi tags = new TrailTagApi(trails);
    private final TrailLoggingApi logging = new TrailLoggingApi(trails);
    private final LookupApi lookup = new LookupApi(new PgApiRecords(database));

    private static <T> T in(String region, Supplier<T> operation) {
        var caller =
                new Caller(
                        new Tenant("123456789012", region),
                        "AKIA1",
                        "arn:aws:iam::123456789012:root",
                        "r-1",
                        NOW,
                        "127.0.0.1",
                        "test");
        return ScopedValue.where(Caller.SCOPE, caller).call(operation::get);
    }

    private static <T> T call(Supplier<T> operation) {
        return in("us-east-1", operation);
    }

    private void create(String name, boolean multiRegion) {
        call(() ->
                api.createTrail(r ->
                        r.name(name)
                                .s3BucketName("bucket")
                                .isMultiRegionTrail(multiRegion)
                                .tagsList(Tag.builder().key("team").value("a").build())));
    }

    @Test
    void aTrailIsMadeChangedFoundAndDeleted() {
        create("audit", false);
        assertThatThrownBy(() -> create("audit", false))
                .isInstanceOf(TrailAlreadyExistsException.class);
        assertThat(call(() -> api.getTrail(r -> r.name("audit"))).trail().trailARN())
                .isEqualTo(ARN);
        call(() -> api.updateTrail(r -> r.name(ARN).s3BucketName("other")));
        assertThat(call(() -> api.getTrail(r -> r.name(ARN))).trail().s3BucketName())
                .isEqualTo("other");
        assertThat(call(() -> logging.getTrailStatus(r -> r.name("audit"))).isLogging()).isFalse();
        call(() -> logging.startLogging(r -> r.name("audit")));
        assertThat(call(() -> logging.getTrailStatus(r -> r.name("audit"))).isLogging()).isTrue();
        call(() -> logging.stopLogging(r -> r.name("audit")));
        assertThat(call(() -> logging.getTrailStatus(r -> r.name("audit"))).isLogging()).isFalse();
        call(() -> api.deleteTrail(r -> r.name("audit")));
        assertThatThrownBy(() -> call(() -> api.getTrail(r -> r.name("audit"))))
                .isInstanceOf(TrailNotFoundException.class)
                .hasMessageStartingWith("Unknown trail: audit for the user: 123456789012");
    }

    @Test
    void onlyItsHomeRegionChangesATrail() {
        create("audit", true);
        create("local", false);
        assertThat(in("eu-west-1", () -> api.getTrail(r -> r.name(ARN))).trail().name())
                .isEqualTo("audit");
        assertThatThrownBy(() -> in("eu-west-1", () -> api.deleteTrail(r -> r.name(ARN))))
                .isInstanceOf(InvalidHomeRegionException.class);
        assertThatThrownBy(() -> in("eu-west-1", () -> logging.startLogging(r -> r.name(ARN))))
                .isInstanceOf(InvalidHomeRegionException.class);
        assertThatThrownBy(() -> in("eu-west-1", () -> api.getTrail(r -> r.name("local"))))
                .isInstanceOf(TrailNotFoundException.class);
        assertThat(call(() -> api.listTrails(r -> {})).trails())
                .extracting(TrailInfo::name)
                .containsExactly("audit", "local");
    }

    @Test
    void tagsAreAddedListedAndRemoved() {
        create("audit", false);
        call(() ->
                tags.addTags(r ->
                        r.resourceId(ARN).tagsList(Tag.builder().key("stage").value("x").build())));
        assertThat(tagsOf().tagsList())
                .extracting(tag -> tag.key() + "=" + tag.value())
                .containsExactlyInAnyOrder("team=a", "stage=x");
        call(() ->
                tags.removeTags(
                        r -> r.resourceId(ARN).tagsList(Tag.builder().key("team").build())));
        assertThat(tagsOf().tagsList()).extracting(Tag::key).containsExactly("stage");
        assertThatThrownBy(() -> call(() -> tags.listTags(r -> r.resourceIdList("audit"))))
                .isInstanceOf(CloudTrailArnInvalidException.class);
    }

    private ResourceTag tagsOf() {
        return call(() -> tags.listTags(r -> r.resourceIdList(ARN))).resourceTagList().getFirst();
    }

    @Test
    void aLookupThatMakesNoSenseIsRefused() {
        assertThat(call(() -> lookup.lookupEvents(r -> {})).events()).isEmpty();
        assertThatThrownBy(() -> call(() -> lookup.lookupEvents(r -> r.maxResults(51))))
                .isInstanceOf(InvalidMaxResultsException.class);
        assertThatThrownBy(() ->
                        call(() ->
                                lookup.lookupEvents(
                                        r -> r.startTime(NOW).endTime(NOW.minusSeconds(1)))))
                .isInstanceOf(InvalidTimeRangeException.class);
        assertThatThrownBy(() -> call(() -> lookup.lookupEvents(r -> r.nextToken("none"))))
                .isInstanceOf(InvalidNextTokenException.class);
        var one = LookupAttribute.builder().attributeKey("EventName").attributeValue("X").build();
        assertThatThrownBy(() -> call(() -> lookup.lookupEvents(r -> r.lookupAttributes(one, one))))
                .isInstanceOf(InvalidLookupAttributesException.class);
    }
}
