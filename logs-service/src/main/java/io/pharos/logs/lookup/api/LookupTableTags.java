package io.pharos.logs.lookup.api;

import io.pharos.logs.group.TaggedResources;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.Collection;
import java.util.Map;

/// Tags of lookup tables.
@Singleton
final class LookupTableTags implements TaggedResources {
    private final PgLookupTables tables;

    LookupTableTags(PgLookupTables tables) {
        this.tables = tables;
    }

    @Override
    public String prefix() {
        return "lookup-table:";
    }

    @Override
    public boolean tag(Tenant tenant, String arn, Map<String, String> tags) {
        return tables.tag(tenant, LookupTableApi.nameOf(tenant, arn), tags);
    }

    @Override
    public void untag(Tenant tenant, String arn, Collection<String> keys) {
        tables.untag(tenant, LookupTableApi.nameOf(tenant, arn), keys);
    }

    @Override
    public Map<String, String> tags(Tenant tenant, String arn) {
        return tables.tags(tenant, LookupTableApi.nameOf(tenant, arn));
    }
}
