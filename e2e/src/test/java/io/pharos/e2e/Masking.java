package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a data protection policy masks is shown to who may see it, and to nobody else.
interface Masking {
    String POLICY =
            """
            {"Name":"p","Version":"2021-06-01","Statement":[
              {"Sid":"a","DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
               "Operation":{"Audit":{"FindingsDestination":{}}}},
              {"Sid":"m","DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
               "Operation":{"Deidentify":{"MaskConfig":{}}}}]}
            """;
    String READER =
            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Resource\":\"*\","
                    + "\"Action\":[\"logs:GetLogEvents\",\"logs:FilterLogEvents\",\"logs:StartQuery\"]}}";
    String[] FILTER = {"logs", "filter-log-events", "--log-group-name", "masking"};

    AwsCli aws();

    @Test
    default void onlyWhoMayUnmaskSeesWhatIsProtected() {
        aws().run("logs", "create-log-group", "--log-group-name", "masking");
        aws().run(
                        "logs",
                        "create-log-stream",
                        "--log-group-name",
                        "masking",
                        "--log-stream-name",
                        "s");
        aws().run(
                        "logs",
                        "put-data-protection-policy",
                        "--log-group-identifier",
                        "masking",
                        "--policy-document",
                        POLICY);
        aws().run(
                        "logs",
                        "put-log-events",
                        "--log-group-name",
                        "masking",
                        "--log-stream-name",
                        "s",
                        "--log-events",
                        "timestamp="
                                + System.currentTimeMillis()
                                + ",message=from jane@example.com");
        aws().run("iam", "create-user", "--user-name", "reader");
        aws().run(
                        "iam",
                        "put-user-policy",
                        "--user-name",
                        "reader",
                        "--policy-name",
                        "read",
                        "--policy-document",
                        READER);
        var key = aws().run("iam", "create-access-key", "--user-name", "reader").path("AccessKey");
        var reader =
                aws().as(key.path("AccessKeyId").asText(), key.path("SecretAccessKey").asText());
        Eventually.within(
                Duration.ofSeconds(20),
                () ->
                        assertThat(messages(reader.run(FILTER)))
                                .containsExactly("from ****************"));
        assertThat(messages(aws().run(FILTER))).containsExactly("from ****************");
        assertThat(messages(aws().run(with("--unmask")))).containsExactly("from jane@example.com");
        assertThat(reader.refused(with("--unmask")))
                .contains("AccessDenied")
                .contains("logs:Unmask");
        assertThat(
                        reader.refused(
                                "logs",
                                "start-query",
                                "--log-group-name",
                                "masking",
                                "--start-time",
                                "0",
                                "--end-time",
                                "4000000000",
                                "--query-string",
                                "fields unmask(@message)"))
                .contains("AccessDenied");
    }

    private static String[] with(String option) {
        var all = new ArrayList<>(List.of(FILTER));
        all.add(option);
        return all.toArray(String[]::new);
    }

    private static List<String> messages(JsonNode page) {
        return page.path("events").findValuesAsText("message");
    }
}
