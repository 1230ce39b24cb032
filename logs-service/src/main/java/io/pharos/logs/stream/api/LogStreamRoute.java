package io.pharos.logs.stream.api;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.http.InternalRoute;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogStreamAnswer;
import io.pharos.stream.LogStreamQuery;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

/// Tells the front door whether a log stream can be written: a `LogStreamQuery` in, a
/// `LogStreamAnswer` out.
@Singleton
final class LogStreamRoute implements InternalRoute {
    private final PgLogGroups groups;
    private final PgLogStreams streams;

    LogStreamRoute(PgLogGroups groups, PgLogStreams streams) {
        this.groups = groups;
        this.streams = streams;
    }

    @Override
    public String path() {
        return "logs/streams";
    }

    @Override
    public byte[] answer(byte[] request) {
        var query = read(request);
        var answer = LogStreamAnswer.newBuilder();
        var group =
                groups.find(new Tenant(query.getAccount(), query.getRegion()), query.getLogGroup());
        if (group.isPresent()) {
            var retention = group.get().retentionDays();
            answer.setGroupExists(true)
                    .setRefusesEntities(!group.get().isStandard())
                    .setTakesBearerTokens(Boolean.TRUE.equals(group.get().bearerTokens()))
                    .setStreamExists(
                            streams.find(group.get().id(), query.getLogStream()).isPresent());
            if (retention != null) {
                answer.setRetentionDays(retention);
            }
        }
        return answer.build().toByteArray();
    }

    private static LogStreamQuery read(byte[] request) {
        try {
            return LogStreamQuery.parseFrom(request);
        } catch (InvalidProtocolBufferException notOne) {
            throw AwsError.validation("not a LogStreamQuery");
        }
    }
}
