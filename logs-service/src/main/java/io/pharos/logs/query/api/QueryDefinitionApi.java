package io.pharos.logs.query.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.query.QueryDefinition;
import io.pharos.logs.query.pg.PgQueryDefinitions;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteQueryDefinitionRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteQueryDefinitionResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeQueryDefinitionsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeQueryDefinitionsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutQueryDefinitionRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutQueryDefinitionResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryLanguage;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryParameter;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/// Queries kept under a name. With a `clientToken`, the same call again changes nothing.
@Singleton
final class QueryDefinitionApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 1_000;
    private static final int MAX_NAME = 255;
    private static final int MAX_ID = 256;
    private static final int MAX_PARAMETER_NAME = 128;
    private static final int MAX_DEFAULT = 1_024;
    private static final int MAX_DESCRIPTION = 512;
    private static final String DESCRIBE = "DescribeQueryDefinitions";

    private final PgQueryDefinitions definitions;

    QueryDefinitionApi(PgQueryDefinitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutQueryDefinitionResponse putQueryDefinition(PutQueryDefinitionRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("name", request.name())
                .length("name", request.name(), 1, MAX_NAME)
                .required("queryString", request.queryString())
                .length("queryString", request.queryString(), 1, InsightsQuery.MAX_LENGTH)
                .length("clientToken", request.clientToken(), 36, 128)
                .satisfied(
                        request.name() == null || request.name().indexOf('\0') < 0,
                        "name",
                        "\\0",
                        "Member must satisfy regular expression pattern: ^([^:*\\/]+\\/?)*[^:*\\/]+$");
        for (var name : request.logGroupNames()) {
            check.groupName("logGroupNames", name);
        }
        check(check.constraints(), request.parameters());
        check.orThrow();
        var language = request.queryLanguage();
        if (language != null && language != QueryLanguage.CWLI) {
            throw LogsError.invalid(
                    "The query language " + request.queryLanguageAsString() + " is not supported");
        }
        if (request.queryString().indexOf('\0') >= 0) {
            throw LogsError.invalid("The query string is not text");
        }
        checkTogether(request);
        var given = request.queryDefinitionId();
        var definition =
                new QueryDefinition(
                        given == null ? newId(request.clientToken()) : id(given),
                        request.name(),
                        request.queryString(),
                        request.logGroupNames(),
                        request.parameters().stream()
                                .map(one ->
                                        new QueryDefinition.Parameter(
                                                one.name(), one.defaultValue(), one.description()))
                                .toList(),
                        nowMs());
        var replaced = definitions.replace(tenant(), definition);
        if (!replaced && given != null) {
            throw noSuchDefinition();
        }
        if (!replaced) {
            definitions.add(tenant(), definition);
        }
        return PutQueryDefinitionResponse.builder()
                .queryDefinitionId(definition.id().toString())
                .build();
    }

    private static void check(Constraints check, List<QueryParameter> parameters) {
        check.size("parameters", parameters, 0, QueryDefinition.MAX_PARAMETERS);
        for (var i = 0; i < parameters.size(); i++) {
            var path = "parameters." + (i + 1) + ".member.";
            var parameter = parameters.get(i);
            check.required(path + "name", parameter.name())
                    .length(path + "name", parameter.name(), 1, MAX_PARAMETER_NAME)
                    .pattern(path + "name", parameter.name(), QueryDefinition.PARAMETER_NAME)
                    .length(path + "defaultValue", parameter.defaultValue(), 0, MAX_DEFAULT)
                    .length(path + "description", parameter.description(), 0, MAX_DESCRIPTION);
        }
    }

    /// Not documented by AWS: a name stands for one parameter, and what the text names is one, as soon as
    /// there are any.
    private static void checkTogether(PutQueryDefinitionRequest request) {
        var names = new HashSet<String>();
        for (var parameter : request.parameters()) {
            if (!names.add(parameter.name())) {
                throw LogsError.invalid(
                        "The parameter " + parameter.name() + " is defined more than once");
            }
            if (has0(parameter.defaultValue()) || has0(parameter.description())) {
                throw LogsError.invalid("The parameter " + parameter.name() + " is not text");
            }
        }
        for (var name : QueryDefinition.placeholders(request.queryString())) {
            if (!names.isEmpty() && !names.contains(name)) {
                throw LogsError.invalid(
                        "The query string has {{" + name + "}}, which is no parameter");
            }
        }
    }

    private static boolean has0(@Nullable String text) {
        return text != null && text.indexOf('\0') >= 0;
    }

    private static UUID newId(@Nullable String token) {
        if (token == null) {
            return UUID.randomUUID();
        }
        var name = tenant().account() + ' ' + tenant().region() + ' ' + token;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public DescribeQueryDefinitionsResponse describeQueryDefinitions(
            DescribeQueryDefinitionsRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .range("maxResults", request.maxResults(), 1, MAX_PAGE)
                .length(
                        "queryDefinitionNamePrefix",
                        request.queryDefinitionNamePrefix(),
                        1,
                        MAX_NAME);
        check.nextToken(request.nextToken()).orThrow();
        var limit = requireNonNullElse(request.maxResults(), MAX_PAGE);
        var prefix = requireNonNullElse(request.queryDefinitionNamePrefix(), "");
        var afterName = "";
        var after = new UUID(0, 0);
        if (request.nextToken() != null) {
            var place = PageToken.position(request.nextToken(), DESCRIBE, nowMs()).split(" ", 2);
            after = id(place[0]);
            afterName = place.length > 1 ? place[1] : "";
        }
        var language = request.queryLanguage();
        var isOther = language != null && language != QueryLanguage.CWLI;
        var found =
                definitions.list(
                        tenant(),
                        prefix.replace("\0", " "),
                        afterName,
                        after,
                        isOther ? 0 : limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        String next = null;
        if (found.size() > limit) {
            var last = page.getLast();
            next = new PageToken(DESCRIBE, nowMs(), last.id() + " " + last.name()).encode();
        }
        return DescribeQueryDefinitionsResponse.builder()
                .queryDefinitions(page.stream().map(QueryDefinitionApi::shown).toList())
                .nextToken(next)
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.QueryDefinition shown(
            QueryDefinition definition) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.QueryDefinition.builder()
                .queryLanguage(QueryLanguage.CWLI)
                .queryDefinitionId(definition.id().toString())
                .name(definition.name())
                .queryString(definition.text())
                .logGroupNames(definition.groups())
                .lastModified(definition.modifiedMs())
                .parameters(
                        definition.parameters().isEmpty()
                                ? null
                                : definition.parameters().stream()
                                        .map(QueryDefinitionApi::shown)
                                        .toList())
                .build();
    }

    private static QueryParameter shown(QueryDefinition.Parameter parameter) {
        return QueryParameter.builder()
                .name(parameter.name())
                .defaultValue(parameter.defaultValue())
                .description(parameter.description())
                .build();
    }

    @Override
    public DeleteQueryDefinitionResponse deleteQueryDefinition(
            DeleteQueryDefinitionRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("queryDefinitionId", request.queryDefinitionId())
                .length("queryDefinitionId", request.queryDefinitionId(), 0, MAX_ID);
        check.orThrow();
        if (!definitions.delete(tenant(), id(request.queryDefinitionId()))) {
            throw noSuchDefinition();
        }
        return DeleteQueryDefinitionResponse.builder().success(true).build();
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw noSuchDefinition();
        }
    }

    private static RuntimeException noSuchDefinition() {
        return LogsError.notFound("The specified query definition does not exist.");
    }
}
