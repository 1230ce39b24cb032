package io.pharos.logs.group;

import io.pharos.wire.Tenant;

import java.util.Collection;
import java.util.Map;

/// Resources other than groups that have tags, known by their ARNs. Each kind is a bean.
public interface TaggedResources {
    /// What stands behind account and colon in an ARN of this kind: `anomaly-detector:`.
    String prefix();

    /// Adds tags; false: there would be more than fifty, nothing is changed.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException when there
    ///     is no such resource; so do the others
    boolean tag(Tenant tenant, String arn, Map<String, String> tags);

    void untag(Tenant tenant, String arn, Collection<String> keys);

    Map<String, String> tags(Tenant tenant, String arn);
}
