package io.pharos.logs.group.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupSummary;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.TooManyTagsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ValidationException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

class LogGroupApiIT {
    private static final String ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:";

    private static final PgLogGroups GROUPS =
            new PgLogGroups(new Database(TestDatabase.fresh("logs")));
    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final LogGroupApi api = new LogGroupApi(GROUPS);
    private final LogGroupTagApi tags = new LogGroupTagApi(GROUPS, List.of());

    @BeforeEach
    void empty() {
        for (var group : describe(_ -> {}).logGroups()) {
            if (!group.logGroupName().equals("protected")) {
                delete(group.logGroupName());
            }
        }
    }

    @Test
    void saysWhetherApiKeysMayWrite() {
        create("app");
        assertThat(describe(_ -> {}).logGroups().getFirst().bearerTokenAuthenticationEnabled())
                .isNull();
        for (var enabled : List.of(true, false)) {
            Calls.at(
                    clock,
                    () ->
                            api.putBearerTokenAuthentication(r ->
                                    r.logGroupIdentifier(ARN + "app")
                                            .bearerTokenAuthenticationEnabled(enabled)));
            assertThat(describe(_ -> {}).logGroups().getFirst().bearerTokenAuthenticationEnabled())
                    .isEqualTo(enabled);
        }
        assertThatThrownBy(() ->
                        Calls.at(
                                clock,
                                () ->
                                        api.putBearerTokenAuthentication(r ->
                                                r.logGroupIdentifier("none")
                                                        .bearerTokenAuthenticationEnabled(true))))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() ->
                        Calls.at(
                                clock,
                                () ->
                                        api.putBearerTokenAuthentication(
                                                r -> r.logGroupIdentifier("app"))))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void createsAndDescribes() {
        create("app");
        assertThat(describe(_ -> {}).logGroups())
                .containsExactly(
                        LogGroup.builder()
                                .logGroupName("app")
                                .creationTime(clock.millis())
                                .metricFilterCount(0)
                                .arn(ARN + "app:*")
                                .logGroupArn(ARN + "app")
                                .storedBytes(0L)
                                .logGroupClass(LogGroupClass.STANDARD)
                                .deletionProtectionEnabled(false)
                                .build());
        // As recorded: a search by substring leaves two members out.
        assertThat(describe(r -> r.logGroupNamePattern("pp")).logGroups())
                .allSatisfy(group -> assertThat(group.storedBytes()).isNull())
                .hasSize(1);
    }

    @Test
    void listsByPatterns() {
        for (var name :
                List.of("/aws/lambda/one", "/aws/rds", "my/aws/lambda", "discovery.x", "z")) {
            create(name);
        }
        assertThat(listed("^/aws/lambda|discovery"))
                .containsExactly("/aws/lambda/one", "discovery.x");
        assertThat(listed("/aws/lambda")).containsExactly("/aws/lambda/one", "my/aws/lambda");
        assertThat(listed("y.x")).containsExactly("discovery.x");
        assertThat(listed("yzx")).isEmpty();
        assertThat(listed(null)).contains("/aws/rds", "z");
        var page = Calls.at(clock, () -> api.listLogGroups(r -> r.limit(2)));
        assertThat(page.logGroups()).hasSize(2);
        var token = page.nextToken();
        var next = Calls.at(clock, () -> api.listLogGroups(r -> r.limit(10).nextToken(token)));
        assertThat(next.nextToken()).isNull();
        assertThat(next.logGroups().getLast().logGroupArn()).isEqualTo(ARN + "z");
        assertThatThrownBy(() -> listed("a|b")).isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> listed("(abc)")).isInstanceOf(InvalidParameterException.class);
    }

    private List<String> listed(@Nullable String pattern) {
        return Calls.at(clock, () -> api.listLogGroups(r -> r.logGroupNamePattern(pattern)))
                .logGroups()
                .stream()
                .map(LogGroupSummary::logGroupName)
                .toList();
    }

    @Test
    void refusesWhatAwsRefuses() {
        create("app");
        refused(
                ResourceAlreadyExistsException.class,
                "The specified log group already exists",
                () -> create("app"));
        refused(
                InvalidParameterException.class,
                "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
                () -> create("g".repeat(513)));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern:"
                        + " [\\.\\-_/#A-Za-z0-9]+",
                () -> create("a b"));
        refused(
                InvalidParameterException.class,
                "Log groups starting with aws/ are reserved for AWS.",
                () -> create("aws/lambda"));
        refused(
                ResourceNotFoundException.class,
                "The specified log group does not exist.",
                () -> delete("nothing"));
        refused(
                AwsError.class,
                "Encryption with a KMS key (kmsKeyId) is not supported.",
                () -> create("kms", r -> r.kmsKeyId("arn:aws:kms:eu-west-1:123456789012:key/1")));
        create("vended", r -> r.logGroupClass(LogGroupClass.DELIVERY));
        assertThat(GROUPS.require(Calls.TENANT, "vended").retentionDays()).isEqualTo(2);
        refused(
                InvalidParameterException.class,
                "The retention of log groups of the class DELIVERY can not be changed.",
                () -> GROUPS.setRetention(Calls.TENANT, "vended", 3));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value 'NONE' at 'logGroupClass' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [STANDARD,"
                        + " INFREQUENT_ACCESS, DELIVERY]",
                () -> create("class", r -> r.logGroupClass("NONE")));
    }

    @Test
    void groupsOfTheOtherClassAreListedAndHaveFewerFeatures() {
        create("app");
        create("rare", r -> r.logGroupClass(LogGroupClass.INFREQUENT_ACCESS));
        assertThat(describe(r -> r.logGroupClass(LogGroupClass.INFREQUENT_ACCESS)).logGroups())
                .hasSize(1)
                .allMatch(group -> group.logGroupName().equals("rare"))
                .allMatch(group -> group.logGroupClass() == LogGroupClass.INFREQUENT_ACCESS);
        assertThat(describe(r -> r.logGroupClass(LogGroupClass.STANDARD)).logGroups())
                .extracting(LogGroup::logGroupName)
                .contains("app")
                .doesNotContain("rare");
        assertThat(describe(_ -> {}).logGroups())
                .extracting(LogGroup::logGroupName)
                .contains("app", "rare");
        var listed =
                Calls.at(
                        clock,
                        () ->
                                api.listLogGroups(
                                        r -> r.logGroupClass(LogGroupClass.INFREQUENT_ACCESS)));
        assertThat(listed.logGroups())
                .extracting(LogGroupSummary::logGroupName)
                .containsExactly("rare");
        var rare = GROUPS.require(Calls.TENANT, "rare");
        assertThatThrownBy(() -> rare.requireStandard(LogsError::invalidOperation))
                .isInstanceOf(InvalidOperationException.class)
                .hasMessageContaining("INFREQUENT_ACCESS");
        assertThat(GROUPS.require(Calls.TENANT, "app").isStandard()).isTrue();
    }

    @Test
    void protectsFromDeletion() {
        create("protected", r -> r.deletionProtectionEnabled(true));
        refused(
                ValidationException.class,
                "The specified log group has deletion protection enabled.",
                () -> delete("protected"));
        Calls.at(
                clock,
                () ->
                        api.putLogGroupDeletionProtection(r ->
                                r.logGroupIdentifier(ARN + "protected")
                                        .deletionProtectionEnabled(false)));
        delete("protected");
        refused(
                ResourceNotFoundException.class,
                "The specified log group does not exist.",
                () ->
                        Calls.at(
                                clock,
                                () ->
                                        api.putLogGroupDeletionProtection(r ->
                                                r.logGroupIdentifier("protected")
                                                        .deletionProtectionEnabled(true))));
    }

    @Test
    void aGroupCreatedAgainIsAnotherOne() {
        create("app");
        var first = GROUPS.require(Calls.TENANT, "app").id();
        delete("app");
        assertThat(describe(_ -> {}).logGroups())
                .extracting(LogGroup::logGroupName)
                .doesNotContain("app");
        create("app");
        assertThat(GROUPS.require(Calls.TENANT, "app").id()).isNotEqualTo(first);
    }

    @Test
    void anAccountHoldsSoManyGroups() {
        var two = new PgLogGroups(new Database(TestDatabase.fresh("logs")), 2);
        two.create(Calls.TENANT, "a", Map.of(), false, 1);
        two.create(Calls.TENANT, "b", Map.of(), false, 1);
        two.create(new Tenant("123456789012", "us-east-1"), "c", Map.of(), false, 1);
        refused(
                LimitExceededException.class,
                "Resource limit exceeded.",
                () -> two.create(Calls.TENANT, "c", Map.of(), false, 1));
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        create("app");
        var other = new Tenant("123456789012", "us-east-1");
        var seen =
                Calls.as(
                        other,
                        clock.instant(),
                        () -> api.describeLogGroups(DescribeLogGroupsRequest.builder().build()));
        assertThat(seen.logGroups()).isEmpty();
    }

    @Test
    void selects() {
        for (var name : List.of("b", "/aws/x", "app/2", "app/10", "Zapp")) {
            create(name);
        }
        selected(_ -> {}, "/aws/x", "Zapp", "app/10", "app/2", "b");
        selected(r -> r.logGroupNamePrefix("app"), "app/10", "app/2");
        selected(r -> r.logGroupNamePattern("app"), "Zapp", "app/10", "app/2");
        selected(r -> r.logGroupNamePattern("APP"));
        selected(r -> r.logGroupIdentifiers("b", ARN + "/aws/x", "none"), "/aws/x", "b");
        selected(r -> r.logGroupClass(LogGroupClass.DELIVERY).logGroupNamePrefix("app"));
        refused(
                InvalidParameterException.class,
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
                () -> describe(r -> r.logGroupNamePrefix("a").logGroupNamePattern("b")));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 50",
                () -> describe(r -> r.limit(51)));
        refused(
                AwsError.class,
                "Linked accounts are not supported.",
                () -> describe(r -> r.includeLinkedAccounts(true)));
    }

    @Test
    void pages() {
        var names = IntStream.range(0, 7).mapToObj(i -> "group-" + i).toList();
        names.forEach(this::create);
        var seen = new ArrayList<String>();
        var page = describe(r -> r.limit(3).logGroupNamePrefix("group"));
        while (true) {
            page.logGroups().forEach(group -> seen.add(group.logGroupName()));
            var token = page.nextToken();
            if (token == null) {
                break;
            }
            page = describe(r -> r.limit(3).logGroupNamePrefix("group").nextToken(token));
        }
        assertThat(seen).isEqualTo(names);
        for (var token : List.of("x", "%%%", "bm90IG91cnM")) {
            refused(
                    InvalidParameterException.class,
                    "The specified nextToken is invalid.",
                    () -> describe(r -> r.nextToken(token)));
        }
        var first = describe(r -> r.limit(3)).nextToken();
        clock.advance(java.time.Duration.ofHours(25));
        refused(
                InvalidParameterException.class,
                "The specified nextToken is invalid.",
                () -> describe(r -> r.nextToken(first)));
    }

    @Test
    void keepsRetention() {
        create("app");
        Calls.at(
                clock, () -> api.putRetentionPolicy(r -> r.logGroupName("app").retentionInDays(7)));
        assertThat(describe(_ -> {}).logGroups().getFirst().retentionInDays()).isEqualTo(7);
        Calls.at(clock, () -> api.deleteRetentionPolicy(r -> r.logGroupName("app")));
        assertThat(describe(_ -> {}).logGroups().getFirst().retentionInDays()).isNull();
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60,"
                        + " 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,"
                        + " 3288, 3653]",
                () ->
                        Calls.at(
                                clock,
                                () ->
                                        api.putRetentionPolicy(
                                                r -> r.logGroupName("app").retentionInDays(2))));
        refused(
                ResourceNotFoundException.class,
                "The specified log group does not exist.",
                () ->
                        Calls.at(
                                clock,
                                () ->
                                        api.putRetentionPolicy(
                                                r -> r.logGroupName("no").retentionInDays(1))));
    }

    @Test
    void keepsTags() {
        create("app", r -> r.tags(Map.of("a", "1")));
        Calls.at(
                clock,
                () -> tags.tagResource(r -> r.resourceArn(ARN + "app").tags(Map.of("b", "2"))));
        Calls.at(clock, () -> tags.tagLogGroup(r -> r.logGroupName("app").tags(Map.of("a", "3"))));
        assertThat(tagsOf("app")).isEqualTo(Map.of("a", "3", "b", "2"));
        Calls.at(
                clock,
                () -> tags.untagResource(r -> r.resourceArn(ARN + "app").tagKeys("a", "no")));
        assertThat(Calls.at(clock, () -> tags.listTagsLogGroup(r -> r.logGroupName("app"))).tags())
                .isEqualTo(Map.of("b", "2"));
        Calls.at(clock, () -> tags.untagLogGroup(r -> r.logGroupName("app").tags("b")));
        assertThat(tagsOf("app")).isEmpty();
    }

    @Test
    void refusesTags() {
        create("app");
        var fifty = new HashMap<String, String>();
        IntStream.range(0, 50).forEach(i -> fifty.put("key" + i, ""));
        Calls.at(clock, () -> tags.tagLogGroup(r -> r.logGroupName("app").tags(fifty)));
        refused(
                TooManyTagsException.class,
                "A log group can have at most 50 tags.",
                () ->
                        Calls.at(
                                clock,
                                () ->
                                        tags.tagResource(r ->
                                                r.resourceArn(ARN + "app")
                                                        .tags(Map.of("more", "")))));
        refused(
                InvalidParameterException.class,
                "System tags cannot be added/updated by requester",
                () -> create("other", r -> r.tags(Map.of("aws:x", "1"))));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value '{a!=b}' at 'tags' failed to satisfy constraint:"
                        + " Map keys must satisfy constraint: [Member must have length less than or equal"
                        + " to 128, Member must have length greater than or equal to 1, Member must satisfy"
                        + " regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$]",
                () -> create("other", r -> r.tags(Map.of("a!", "b"))));
        refused(
                ResourceNotFoundException.class,
                "The specified log group does not exist.",
                () -> tagsOf("nothing"));
    }

    private Map<String, String> tagsOf(String group) {
        return Calls.at(clock, () -> tags.listTagsForResource(r -> r.resourceArn(ARN + group)))
                .tags();
    }

    private void create(String name) {
        create(name, _ -> {});
    }

    private void create(String name, Consumer<CreateLogGroupRequest.Builder> more) {
        Calls.at(clock, () -> api.createLogGroup(r -> more.accept(r.logGroupName(name))));
    }

    private void delete(String name) {
        Calls.at(clock, () -> api.deleteLogGroup(r -> r.logGroupName(name)));
    }

    private DescribeLogGroupsResponse describe(Consumer<DescribeLogGroupsRequest.Builder> request) {
        return Calls.at(clock, () -> api.describeLogGroups(request));
    }

    private void selected(Consumer<DescribeLogGroupsRequest.Builder> request, String... names) {
        assertThat(describe(request).logGroups())
                .extracting(LogGroup::logGroupName)
                .filteredOn(name -> !name.equals("protected"))
                .containsExactly(names);
    }

    private static void refused(Class<? extends Throwable> type, String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(type).hasMessage(message);
    }
}
