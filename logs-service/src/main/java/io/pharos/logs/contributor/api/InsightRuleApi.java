package io.pharos.logs.contributor.api;

import io.pharos.kit.ResourceTags;
import io.pharos.logs.contributor.InsightRule;
import io.pharos.logs.contributor.RuleBody;
import io.pharos.logs.contributor.RuleBodyParser;
import io.pharos.logs.contributor.pg.PgInsightRules;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.PartialFailure;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleResponse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Rules of Contributor Insights. Managed ones belong to services of AWS's and are refused.
@Singleton
public final class InsightRuleApi implements CloudWatchClient {
    /// AWS: characters of a definition.
    static final int MAX_DEFINITION = 8_192;

    private static final int MAX_NAMES = InsightRule.MAX_RULES;
    private static final int MAX_RESULTS = 500;
    private static final Pattern NAME = Pattern.compile("[\\x20-\\x7E]+");
    private static final Pattern DEFINITION = Pattern.compile("[\\x00-\\x7F]+");
    private static final String TOKEN = "rules after ";

    private final PgInsightRules rules;

    @Inject
    public InsightRuleApi(PgInsightRules rules) {
        this.rules = rules;
    }

    @Override
    public PutInsightRuleResponse putInsightRule(PutInsightRuleRequest request) {
        var constraints = Constraints.check();
        checkName(constraints, "ruleName", request.ruleName());
        constraints
                .length("ruleState", request.ruleState(), 1, 32)
                .required("ruleDefinition", request.ruleDefinition())
                .length("ruleDefinition", request.ruleDefinition(), 1, MAX_DEFINITION)
                .pattern("ruleDefinition", request.ruleDefinition(), DEFINITION);
        var tags = ResourceTags.of(constraints, request.tags());
        var state = request.ruleState() == null ? "ENABLED" : request.ruleState();
        if (!state.equals("ENABLED") && !state.equals("DISABLED")) {
            throw invalid("RuleState must be ENABLED or DISABLED, not " + state + ".");
        }
        var caller = Caller.current();
        var definition = request.ruleDefinition();
        RuleBodyParser.parse(definition, caller.tenant());
        rules.put(
                caller.tenant(),
                new PgInsightRules.Put(
                        request.ruleName(),
                        definition,
                        state.equals("ENABLED"),
                        Boolean.TRUE.equals(request.applyOnTransformedLogs()),
                        tags),
                caller.receivedAt().toEpochMilli());
        return PutInsightRuleResponse.builder().build();
    }

    /// Sorted by name.
    @Override
    public DescribeInsightRulesResponse describeInsightRules(DescribeInsightRulesRequest request) {
        Constraints.check().range("maxResults", request.maxResults(), 1, MAX_RESULTS).orThrow();
        var limit = request.maxResults() == null ? MAX_RESULTS : request.maxResults();
        var after = request.nextToken() == null ? "" : afterName(request.nextToken());
        var found = rules.describe(Caller.current().tenant(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeInsightRulesResponse.builder()
                .insightRules(page.stream().map(InsightRuleApi::described).toList())
                .nextToken(found.size() > limit ? token(page.getLast().name()) : null)
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatch.model.InsightRule described(
            InsightRule rule) {
        return software.amazon.awssdk.services.cloudwatch.model.InsightRule.builder()
                .name(rule.name())
                .state(rule.enabled() ? "ENABLED" : "DISABLED")
                .schema(RuleBody.SCHEMA)
                .definition(rule.definition())
                .managedRule(false)
                .applyOnTransformedLogs(rule.onTransformed())
                .build();
    }

    private static String token(String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((TOKEN + name).getBytes(StandardCharsets.UTF_8));
    }

    private static String afterName(String token) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(TOKEN) && NAME.matcher(text).matches()) {
                return text.substring(TOKEN.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // the same answer as for any other foreign token
        }
        throw InvalidNextTokenException.builder().message("Invalid NextToken : " + token).build();
    }

    @Override
    public DeleteInsightRulesResponse deleteInsightRules(DeleteInsightRulesRequest request) {
        var tenant = Caller.current().tenant();
        return DeleteInsightRulesResponse.builder()
                .failures(each(request.ruleNames(), name -> rules.delete(tenant, name)))
                .build();
    }

    @Override
    public EnableInsightRulesResponse enableInsightRules(EnableInsightRulesRequest request) {
        return EnableInsightRulesResponse.builder()
                .failures(switched(request.ruleNames(), true))
                .build();
    }

    @Override
    public DisableInsightRulesResponse disableInsightRules(DisableInsightRulesRequest request) {
        return DisableInsightRulesResponse.builder()
                .failures(switched(request.ruleNames(), false))
                .build();
    }

    private List<PartialFailure> switched(List<String> names, boolean enabled) {
        var caller = Caller.current();
        Tenant tenant = caller.tenant();
        var nowMs = caller.receivedAt().toEpochMilli();
        return each(names, name -> rules.enable(tenant, name, enabled, nowMs));
    }

    /// One bad name and nothing is done; those that are not there are told.
    private static List<PartialFailure> each(List<String> names, Predicate<String> change) {
        if (names.isEmpty() || names.size() > MAX_NAMES) {
            throw invalid("RuleNames must have 1 to " + MAX_NAMES + " names.");
        }
        var constraints = Constraints.check();
        for (var i = 0; i < names.size(); i++) {
            checkName(constraints, "ruleNames." + (i + 1) + ".member", names.get(i));
        }
        constraints.orThrow();
        var failures = new ArrayList<PartialFailure>();
        for (var name : names.stream().distinct().toList()) {
            if (!change.test(name)) {
                failures.add(
                        PartialFailure.builder()
                                .failureResource(name)
                                .exceptionType("ResourceNotFoundException")
                                .failureCode("404")
                                .failureDescription("The rule " + name + " does not exist.")
                                .build());
            }
        }
        return failures;
    }

    static void checkName(Constraints constraints, String path, @Nullable String name) {
        constraints.required(path, name).length(path, name, 1, 128).pattern(path, name, NAME);
    }

    static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
