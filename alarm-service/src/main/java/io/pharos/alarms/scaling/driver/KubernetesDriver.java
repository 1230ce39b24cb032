package io.pharos.alarms.scaling.driver;

import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Scalable;
import io.pharos.alarms.scaling.KeptGroup;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Scales a Deployment or a StatefulSet by its `scale` subresource: an instance is a pod. Which one is
/// in the group's tag [#TAG].
public final class KubernetesDriver implements CapacityDriver, AutoCloseable {
    /// `namespace/deployment/name` or `namespace/statefulset/name`.
    public static final String TAG = "pharos/kubernetes";

    private static final String LABEL = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final Pattern TARGET =
            Pattern.compile("(" + LABEL + ")/(deployment|statefulset)/(" + LABEL + ")");

    private final KubernetesClient client;
    private final Duration deadline;

    /// @param client closed with this
    /// @param deadline what takes longer has failed
    public KubernetesDriver(KubernetesClient client, Duration deadline) {
        this.client = client;
        this.deadline = deadline;
    }

    /// A pod has no name before it is there, and Kubernetes chooses which one goes.
    @Override
    public boolean knowsInstances() {
        return false;
    }

    private record Target(String namespace, boolean isStateful, String name) {}

    @Override
    public Map<String, Outcome> advance(GroupWork work, Instant now) {
        var target = target(work.group());
        if (target.isEmpty()) {
            return Capacity.failed(
                    work, "The group has no tag " + TAG + " = namespace/deployment/name.");
        }
        try {
            var outcomes = scale(work, resource(target.get()));
            return Capacity.overdue(
                    work, outcomes, deadline, "It did not happen within " + deadline + ".", now);
        } catch (KubernetesClientException refused) {
            var why = "Kubernetes refused: " + refused.getMessage();
            return isFinal(refused.getCode())
                    ? Capacity.failed(work, why)
                    : Capacity.overdue(work, Map.of(), deadline, why, now);
        }
    }

    private static Map<String, Outcome> scale(GroupWork work, Scalable<?> resource) {
        Scale scale = resource.scale();
        if (scale == null) {
            throw new KubernetesClientException("There is nothing to scale.", 404, null);
        }
        Integer replicas = scale.getSpec().getReplicas();
        if (replicas == null || replicas != work.wanted()) {
            // Carries the version that was read: refused when somebody else was faster.
            scale =
                    resource.scale(
                            new ScaleBuilder(scale)
                                    .editSpec()
                                    .withReplicas(work.wanted())
                                    .endSpec()
                                    .build());
        }
        var status = scale.getStatus();
        return status == null || status.getReplicas() == null
                ? Map.of()
                : Capacity.outcomes(work, status.getReplicas());
    }

    private Scalable<?> resource(Target target) {
        return target.isStateful()
                ? client.apps()
                        .statefulSets()
                        .inNamespace(target.namespace())
                        .withName(target.name())
                : client.apps()
                        .deployments()
                        .inNamespace(target.namespace())
                        .withName(target.name());
    }

    private static Optional<Target> target(KeptGroup kept) {
        return kept.group().tags().stream()
                .filter(tag -> tag.key().equals(TAG) && tag.value() != null)
                .map(tag -> TARGET.matcher(tag.value()))
                .filter(java.util.regex.Matcher::matches)
                .map(match ->
                        new Target(
                                match.group(1),
                                match.group(3).equals("statefulset"),
                                match.group(4)))
                .findFirst();
    }

    /// Neither a conflict nor a passing weakness.
    private static boolean isFinal(int status) {
        return status >= 400 && status < 500 && status != 408 && status != 409 && status != 429;
    }

    @Override
    public void close() {
        client.close();
    }
}
