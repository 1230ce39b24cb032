package io.pharos.logs.contributor.api;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.ResourceTags;
import io.pharos.kit.http.InternalRoute;
import io.pharos.logs.contributor.InsightRule;
import io.pharos.logs.contributor.pg.PgInsightRules;
import io.pharos.stream.ResourceTag;
import io.pharos.stream.TagsAnswer;
import io.pharos.stream.TagsRequest;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.util.LinkedHashMap;

/// Tags of rules, for the service that answers CloudWatch's tag operations: a `TagsRequest` in, a
/// `TagsAnswer` out.
@Singleton
public final class InsightTagsRoute implements InternalRoute {
    private final PgInsightRules rules;

    @Inject
    public InsightTagsRoute(PgInsightRules rules) {
        this.rules = rules;
    }

    @Override
    public String path() {
        return "logs/insight-rule-tags";
    }

    @Override
    public byte[] answer(byte[] request) {
        try {
            return answer(TagsRequest.parseFrom(request)).toByteArray();
        } catch (InvalidProtocolBufferException broken) {
            throw AwsError.validation("not a TagsRequest");
        }
    }

    private TagsAnswer answer(TagsRequest request) {
        var tenant = new Tenant(request.getAccount(), request.getRegion());
        var prefix = tenant.arn("cloudwatch", InsightRule.RESOURCE);
        if (!request.getArn().startsWith(prefix)) {
            return TagsAnswer.getDefaultInstance();
        }
        var put = new LinkedHashMap<String, String>();
        request.getPutList().forEach(tag -> put.put(tag.getKey(), tag.getValue()));
        var tags =
                rules.tags(
                        tenant,
                        request.getArn().substring(prefix.length()),
                        put,
                        request.getRemoveList(),
                        ResourceTags.MAX_TAGS);
        var answer = TagsAnswer.newBuilder().setFound(tags.isPresent());
        tags.ifPresent(all -> {
            answer.setTooMany(all.size() > ResourceTags.MAX_TAGS);
            all.forEach((key, value) ->
                    answer.addTags(ResourceTag.newBuilder().setKey(key).setValue(value)));
        });
        return answer.build();
    }
}
