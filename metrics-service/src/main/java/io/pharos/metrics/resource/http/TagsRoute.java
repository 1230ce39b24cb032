package io.pharos.metrics.resource.http;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.Database;
import io.pharos.kit.http.InternalRoute;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.resource.pg.TagRows;
import io.pharos.stream.ResourceTag;
import io.pharos.stream.TagsAnswer;
import io.pharos.stream.TagsRequest;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;

/// `POST /_pharos/metrics/tags`: TagsRequest → TagsAnswer. AWS's tag operations have one owner,
/// alarm-service; what is no alarm it asks here.
@Singleton
public final class TagsRoute implements InternalRoute {
    private final Database database;

    @Inject
    public TagsRoute(@Metrics Database database) {
        this.database = database;
    }

    @Override
    public String path() {
        return "metrics/tags";
    }

    @Override
    public byte[] answer(byte[] request) {
        try {
            return answer(TagsRequest.parseFrom(request)).toByteArray();
        } catch (InvalidProtocolBufferException broken) {
            throw AwsError.validation("not a TagsRequest");
        }
    }

    /// Rolls back.
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private TagsAnswer answer(TagsRequest request) {
        try {
            return database.inTransaction(tx -> answer(tx, request));
        } catch (TooManyException refused) {
            return TagsAnswer.newBuilder().setFound(true).setTooMany(true).build();
        }
    }

    private static TagsAnswer answer(Connection tx, TagsRequest request) throws SQLException {
        if (!exists(tx, request)) {
            return TagsAnswer.getDefaultInstance();
        }
        var put = new LinkedHashMap<String, String>();
        request.getPutList().forEach(tag -> put.put(tag.getKey(), tag.getValue()));
        if (!put.isEmpty() && !TagRows.put(tx, request.getArn(), put)) {
            throw new TooManyException();
        }
        if (request.getRemoveCount() > 0) {
            TagRows.remove(tx, request.getArn(), request.getRemoveList());
        }
        var answer = TagsAnswer.newBuilder().setFound(true);
        TagRows.list(tx, request.getArn())
                .forEach((key, value) ->
                        answer.addTags(ResourceTag.newBuilder().setKey(key).setValue(value)));
        return answer.build();
    }

    /// Also keeps the resource from going away before the tags are written.
    private static boolean exists(Connection tx, TagsRequest request) throws SQLException {
        var tenant = new Tenant(request.getAccount(), request.getRegion());
        var dashboard = "arn:aws:cloudwatch::" + tenant.account() + ":dashboard/";
        var name = nameAfter(dashboard, request.getArn());
        if (name != null) {
            return exists(
                    tx,
                    "SELECT 1 FROM metrics.dashboard WHERE account = ? AND name = ? FOR UPDATE",
                    tenant.account(),
                    name);
        }
        name = nameAfter(tenant.arn("cloudwatch", "metric-stream/"), request.getArn());
        return name != null
                && exists(
                        tx,
                        """
                        SELECT 1 FROM metrics.metric_stream
                        WHERE account = ? AND region = ? AND name = ? FOR UPDATE
                        """,
                        tenant.account(),
                        tenant.region(),
                        name);
    }

    private static @Nullable String nameAfter(String prefix, String arn) {
        return arn.startsWith(prefix) ? arn.substring(prefix.length()) : null;
    }

    private static boolean exists(Connection tx, String sql, String... key) throws SQLException {
        try (var select = tx.prepareStatement(sql)) {
            for (var i = 0; i < key.length; i++) {
                select.setString(i + 1, key[i]);
            }
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
