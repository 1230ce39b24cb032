package io.pharos.metrics.window.http;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.http.InternalRoute;
import io.pharos.metrics.window.pg.PgWindows;
import io.pharos.stream.WindowRequest;
import io.pharos.wire.AwsError;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// `POST /_pharos/metrics/windows`: WindowRequest → WindowResponse, for alarm-service.
@Singleton
public final class WindowsRoute implements InternalRoute {
    /// Series of one request at most.
    static final int MAX_QUERIES = 1_000;

    private final PgWindows windows;

    @Inject
    public WindowsRoute(PgWindows windows) {
        this.windows = windows;
    }

    @Override
    public String path() {
        return "metrics/windows";
    }

    @Override
    public byte[] answer(byte[] request) {
        try {
            var asked = WindowRequest.parseFrom(request);
            if (asked.getQueriesCount() > MAX_QUERIES) {
                throw AwsError.validation("more than " + MAX_QUERIES + " queries");
            }
            return windows.read(asked).toByteArray();
        } catch (InvalidProtocolBufferException broken) {
            throw AwsError.validation("not a WindowRequest");
        } catch (IllegalArgumentException senseless) {
            throw AwsError.validation("a query makes no sense: " + senseless.getMessage());
        }
    }
}
