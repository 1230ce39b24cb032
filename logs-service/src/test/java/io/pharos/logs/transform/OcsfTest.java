package io.pharos.logs.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

/// `parseToOCSF` of each source; apostrophes stand for quotes.
class OcsfTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String IDENTITY =
            "'userIdentity':{'type':'AssumedRole','principalId':'AROA1:me','arn':'arn:aws:sts::111122223333:assumed-role/R/me',"
                    + "'accountId':'111122223333','accessKeyId':'ASIA1','sessionContext':{'sessionIssuer':{'type':'Role','arn':'arn:aws:iam::111122223333:role/R'},"
                    + "'attributes':{'creationDate':'2026-01-15T11:00:00Z','mfaAuthenticated':'true'}}}";

    private static @Nullable String apply(String processor, String message) {
        var config = "[{'parseToOCSF':" + processor + "}]";
        return Transformer.of(ProcessorJson.read(config.replace('\'', '"')))
                .apply(message.replace('\'', '"'), EventSource.NONE);
    }

    private static JsonNode event(String source, String version, String message)
            throws JsonProcessingException {
        var made =
                apply(
                        "{'eventSource':'%s','ocsfVersion':'%s'}".formatted(source, version),
                        message);
        assertThat(made).isNotNull();
        return JSON.readTree(made);
    }

    private static String record(String service, String name, String more) {
        return "{'eventVersion':'1.09',%s,'eventTime':'2026-01-15T12:00:00Z','eventSource':'%s','eventName':'%s','awsRegion':'eu-west-1','sourceIPAddress':'192.0.2.7','userAgent':'cli','eventID':'e1','requestID':'r1','readOnly':true,'eventType':'AwsApiCall','recipientAccountId':'111122223333'%s}"
                .formatted(IDENTITY, service, name, more);
    }

    private static void expect(JsonNode event, String path, String value) {
        var node = event.at("/" + path.replace('.', '/'));
        assertThat(node.isContainerNode() ? node.toString() : node.asText())
                .as(path)
                .isEqualTo(value.replace('\'', '"'));
    }

    @Test
    void callsAreApiActivity() throws Exception {
        var message =
                record(
                        "ec2.amazonaws.com",
                        "DescribeInstances",
                        ",'requestParameters':{'a':1},'responseElements':null,'resources':[{'ARN':'arn:x','accountId':'1','type':'T'}]");
        var event = event("CloudTrail", "V1.1", message);
        expect(event, "class_uid", "6003");
        expect(event, "class_name", "API Activity");
        expect(event, "category_uid", "6");
        expect(event, "activity_id", "2");
        expect(event, "type_uid", "600302");
        expect(event, "type_name", "API Activity: Read");
        expect(event, "time", "1768478400000");
        expect(event, "time_dt", "2026-01-15T12:00:00.000+00:00");
        expect(event, "status", "Success");
        expect(event, "api.operation", "DescribeInstances");
        expect(event, "api.request.uid", "r1");
        expect(event, "api.request.data", "{'a':1}");
        expect(event, "api.response", "");
        expect(event, "actor.user.account.uid", "111122223333");
        expect(event, "actor.session.is_mfa", "true");
        expect(event, "actor.session.created_time_dt", "2026-01-15T11:00:00.000+00:00");
        expect(event, "metadata.version", "1.1.0");
        expect(event, "metadata.profiles", "['cloud','datetime']");
        expect(event, "metadata.product.feature.name", "Management, Data, and Insights");
        expect(event, "resources.0.owner.account.uid", "1");
        expect(event, "src_endpoint.ip", "192.0.2.7");
        expect(
                event,
                "observables",
                "[{'name':'src_endpoint.ip','type':'IP Address','type_id':2,'value':'192.0.2.7'}]");
        assertThat(event.get("unmapped"))
                .isEqualTo(
                        JSON.readTree(
                                "{\"readOnly\":\"true\",\"recipientAccountId\":\"111122223333\","
                                        + "\"userIdentity.sessionContext.sessionIssuer.type\":\"Role\"}"));
        var newer = event("CloudTrail", "V1.5", message);
        expect(newer, "metadata.version", "1.5.0");
        expect(newer, "time_dt", "2026-01-15T12:00:00+00:00");
        expect(newer, "cloud.account.uid", "111122223333");
        assertThat(newer.at("/unmapped").has("recipientAccountId")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "s3.amazonaws.com, CreateBucket, 600301, Create",
        "s3.amazonaws.com, PutObject, 600303, Update",
        "s3.amazonaws.com, DeleteBucket, 600304, Delete",
        "kms.amazonaws.com, Decrypt, 600399, Decrypt",
        "iam.amazonaws.com, ListUsers, 600302, Read",
        "iam.amazonaws.com, CreateUser, 300101, Create",
        "iam.amazonaws.com, DeleteUserPolicy, 300108, Detach Policy",
        "iam.amazonaws.com, DeleteUser, 300106, Delete",
        "iam.amazonaws.com, EnableMFADevice, 300110, MFA Factor Enable",
        "iam.amazonaws.com, AddUserToGroup, 300199, AddUserToGroup",
        "sts.amazonaws.com, AssumeRoleWithSAML, 300201, Logon",
        "sts.amazonaws.com, GetCallerIdentity, 600302, Read",
        "signin.amazonaws.com, CredentialChallenge, 300299, CredentialChallenge"
    })
    void namesTellTheActivity(String service, String name, int type, String activity)
            throws Exception {
        var event = event("CloudTrail", "V1.5", record(service, name, ""));
        expect(event, "type_uid", String.valueOf(type));
        expect(event, "activity_name", activity);
    }

    @Test
    void accountsAndSignIns() throws Exception {
        var created =
                event(
                        "CloudTrail",
                        "V1.5",
                        record(
                                "iam.amazonaws.com",
                                "CreateUser",
                                ",'errorCode':'EntityAlreadyExists','requestParameters':{'userName':'u'},'responseElements':{'user':{'userId':'AIDA1','arn':'arn:u'}}"));
        expect(created, "user.name", "u");
        expect(created, "user.uid", "arn:u");
        expect(created, "user.uid_alt", "AIDA1");
        expect(created, "status", "Failure");
        expect(created, "api.response.error", "EntityAlreadyExists");
        var login =
                event(
                        "CloudTrail",
                        "V1.1",
                        record(
                                "signin.amazonaws.com",
                                "ConsoleLogin",
                                ",'responseElements':{'ConsoleLogin':'Failure'},'additionalEventData':{'MFAUsed':'No','LoginTo':'https://c','UserName':'ann'}"));
        expect(login, "status", "Failure");
        expect(login, "is_mfa", "false");
        expect(login, "dst_endpoint.svc_name", "https://c");
        expect(login, "actor.user.name", "ann");
        var assumed =
                event(
                        "CloudTrail",
                        "V1.5",
                        record(
                                "sts.amazonaws.com",
                                "AssumeRole",
                                ",'requestParameters':{'roleArn':'arn:r','roleSessionName':'s'},'responseElements':{'assumedRoleUser':{'arn':'arn:s'}}"));
        expect(assumed, "user.uid", "arn:r");
        expect(assumed, "user.name", "s");
        expect(assumed, "session.uid", "arn:s");
    }

    @Test
    void flowsInTheDefaultFormat() throws Exception {
        var event =
                event(
                        "VPCFlow",
                        "V1.1",
                        "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1768478400 1768478460 REJECT OK");
        expect(event, "type_uid", "400105");
        expect(event, "type_name", "Network Activity: Refuse");
        expect(event, "action", "Denied");
        expect(event, "action_id", "2");
        expect(event, "disposition", "Blocked");
        expect(event, "src_endpoint", "{'port':20641,'ip':'172.31.16.139'}");
        expect(event, "dst_endpoint.port", "22");
        expect(event, "traffic", "{'packets':20,'bytes':4249}");
        expect(event, "time", "1768478400000");
        expect(event, "end_time_dt", "2026-01-15T12:01:00.000+00:00");
        expect(event, "connection_info.direction", "Unknown");
        expect(event, "connection_info.protocol_num", "6");
        expect(event, "status_code", "OK");
        expect(event, "unmapped", "{'interface_id':'eni-1'}");
        assertThat(event.get("observables")).hasSize(2);
        var none =
                event(
                        "VPCFlow",
                        "V1.5",
                        "2 123456789010 eni-1 - - - - - - - 1768478400 1768478460 - NODATA");
        expect(none, "activity_id", "0");
        expect(none, "src_endpoint", "");
        expect(none, "status_code", "NODATA");
    }

    @Test
    void flowsWithAllFields() throws Exception {
        var event =
                event(
                        "VPCFlow",
                        "V1.5",
                        "{'version':8,'account-id':'1','interface-id':'eni-1','srcaddr':'10.0.0.1','dstaddr':'10.0.0.2','pkt-srcaddr':'10.0.0.1','pkt-dstaddr':'192.0.2.1','start':1768478400,'end':1768478460,'action':'ACCEPT','flow-direction':'egress','traffic-path':'8','vpc-id':'vpc-1','instance-id':'i-1','ecs-task-id':'t'}");
        expect(event, "type_uid", "400106");
        expect(event, "dst_endpoint.ip", "192.0.2.1");
        expect(event, "dst_endpoint.intermediate_ips", "['10.0.0.2']");
        expect(event, "src_endpoint.vpc_uid", "vpc-1");
        expect(event, "src_endpoint.instance_uid", "i-1");
        expect(event, "connection_info.direction_id", "2");
        expect(event, "connection_info.boundary", "Internet Gateway");
        expect(event, "connection_info.boundary_id", "11");
        expect(event, "unmapped", "{'ecs_task_id':'t'}");
        assertThat(event.get("observables")).hasSize(4);
    }

    @Test
    void resolversQueries() throws Exception {
        var event =
                event(
                        "Route53Resolver",
                        "V1.1",
                        "{'version':'1.1','account_id':'1','region':'eu-west-1','vpc_id':'vpc-1','query_timestamp':'2026-01-15T12:00:00Z','query_name':'a.example.','query_type':'A','query_class':'IN','rcode':'NXDOMAIN','answers':[{'Rdata':'192.0.2.1','Type':'A','Class':'IN'}],'srcaddr':'10.0.0.1','srcport':'5353','transport':'UDP','srcids':{'instance':'i-1'},'firewall_rule_action':'BLOCK','firewall_domain_list_id':'d'}");
        expect(event, "class_uid", "4003");
        expect(event, "rcode_id", "3");
        expect(event, "rcode", "NXDomain");
        expect(event, "answers", "[{'class':'IN','rdata':'192.0.2.1','type':'A'}]");
        expect(event, "src_endpoint.instance_uid", "i-1");
        expect(event, "disposition", "Blocked");
        expect(event, "query.hostname", "a.example.");
        expect(event, "unmapped", "{'firewall_domain_list_id':'d'}");
        assertThat(event.get("observables")).hasSize(3);
    }

    @Test
    void whatIsNoneOfThemStays() {
        for (var source : "VPCFlow CloudTrail Route53Resolver EKSAudit AWSWAF".split(" ")) {
            var processor = "{'eventSource':'" + source + "','ocsfVersion':'V1.1'}";
            for (var message : new String[] {"", "a b c", "{}", "{'eventName':1}", "[1]"}) {
                assertThat(apply(processor, message)).as(source + " " + message).isNull();
            }
        }
    }

    @Test
    void rules() {
        for (var processor :
                new String[] {
                    "{'eventSource':'CloudTrail'}",
                    "{'ocsfVersion':'V1.1'}",
                    "{'eventSource':'Mail','ocsfVersion':'V1.1'}",
                    "{'eventSource':'CloudTrail','ocsfVersion':'V2'}",
                    "{'eventSource':'CloudTrail','ocsfVersion':'V1.1','mappingVersion':'v1.5.0'}",
                    "{'eventSource':'CloudTrail','ocsfVersion':'V1.5','mappingVersion':'v9.9.9'}"
                }) {
            assertThatThrownBy(() -> apply(processor, ""))
                    .as(processor)
                    .isInstanceOf(InvalidParameterException.class);
        }
        assertThat(
                        apply(
                                "{'eventSource':'CloudTrail','ocsfVersion':'V1.5','mappingVersion':'v1.5.0'}",
                                record("s3.amazonaws.com", "GetObject", "")))
                .isNotNull();
    }
}
