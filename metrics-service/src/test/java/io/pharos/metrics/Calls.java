package io.pharos.metrics;

import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import java.time.Instant;
import java.util.function.Supplier;

/// Calls operations as the front door does: with a bound [Caller].
public final class Calls {
    public static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");

    private Calls() {}

    public static <T> T at(Instant now, Supplier<T> call) {
        return as(TENANT, now, call);
    }

    public static <T> T as(Tenant tenant, Instant now, Supplier<T> call) {
        var caller =
                new Caller(
                        tenant,
                        "AKIDEXAMPLE",
                        "arn:aws:iam::123456789012:root",
                        "00000000-0000-0000-0000-000000000000",
                        now,
                        "127.0.0.1",
                        "test");
        return ScopedValue.where(Caller.SCOPE, caller).call(call::get);
    }
}
