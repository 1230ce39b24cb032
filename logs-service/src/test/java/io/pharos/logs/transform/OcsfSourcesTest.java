package io.pharos.logs.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// `parseToOCSF` of EKS's audits and of AWS WAF: whole events, apostrophes for quotes.
class OcsfSourcesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String AUDIT =
            """
            {'kind':'Event','apiVersion':'audit.k8s.io/v1','level':'RequestResponse','auditID':'u-1',
             'stage':'ResponseComplete','requestURI':'/api/v1/namespaces/shop/pods','verb':'create',
             'user':{'username':'ann','uid':'aws:1','groups':['system:masters','devs'],
              'extra':{'accessKeyId':['AKIA1'],'arn':['arn:aws:sts::111122223333:assumed-role/R/ann'],
               'canonicalArn':['arn:aws:iam::111122223333:role/R'],'sessionName':['ann'],'principalId':['AROA1']}},
             'sourceIPs':['192.0.2.7','10.0.0.1','10.0.0.2'],'userAgent':'kubectl/v1.30',
             'objectRef':{'resource':'pods','subresource':'exec','namespace':'shop','name':'web-1','uid':'u-2',
              'apiGroup':'apps','apiVersion':'v1','resourceVersion':'77'},
             'responseStatus':{'metadata':{},'status':'Failure','message':'no','reason':'Forbidden','code':403},
             'requestObject':{'kind':'Pod','metadata':{'name':'web-1','creationTimestamp':null},'spec':{'containers':[
               {'name':'c','image':'nginx:1','volumeMounts':[{'name':'v','mountPath':'/data'}],'tty':true},
               {'name':'d','image':'redis:7','tty':false}]}},
             'requestReceivedTimestamp':'2026-01-15T12:00:00.502680Z','stageTimestamp':'2026-01-15T12:00:00.642854Z',
             'annotations':{'authorization.k8s.io/decision':'forbid','authorization.k8s.io/reason':'RBAC: x'}}
            """;

    private static final String REQUEST =
            """
            {'timestamp':1768478400452,'formatVersion':1,'webaclId':'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1',
             'terminatingRuleId':'sqli','terminatingRuleType':'REGULAR','action':'BLOCK',
             'terminatingRuleMatchDetails':[{'conditionType':'SQL_INJECTION','sensitivityLevel':'HIGH','location':'HEADER',
              'matchedData':['10','AND','1']}],
             'httpSourceName':'ALB','httpSourceId':'111122223333-app/web/1','ruleGroupList':[{'ruleGroupId':'A'},{'ruleGroupId':'B',
              'terminatingRule':null}],'rateBasedRuleList':[{'rateBasedRuleId':'r','rateBasedRuleName':'Rate','maxRateAllowed':100}],
             'nonTerminatingMatchingRules':[],'requestHeadersInserted':null,'responseCodeSent':405,
             'httpRequest':{'clientIp':'192.0.2.7','country':'DE','headers':[{'name':'X-Forwarded-For','value':'192.0.2.7, 10.0.0.1'},
               {'name':'Host','value':'shop.example'},{'name':'user-agent','value':'curl/8'},{'name':'Referer','value':'https://a'},
               {'name':'accept','value':'*/*'}],
              'uri':'/pets','args':'','httpVersion':'HTTP/1.1','httpMethod':'GET','requestId':'q-1','scheme':'https'},
             'labels':[{'name':'awswaf:a'},{'name':'awswaf:b'}],
             'ja3Fingerprint':'71912442e2cef8ae6f8ea3aba3fc0da9','ja4Fingerprint':'t13d1812h1_91b4e2f43a96_a791466c72b5'}
            """;

    private static JsonNode event(String source, String version, String message)
            throws JsonProcessingException {
        var config =
                "[{'parseToOCSF':{'eventSource':'%s','ocsfVersion':'%s'}}]"
                        .formatted(source, version);
        var made =
                Transformer.of(ProcessorJson.read(config.replace('\'', '"')))
                        .apply(message.replace('\'', '"'), EventSource.NONE);
        assertThat(made).isNotNull();
        return JSON.readTree(made);
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void auditsAreApiActivity() throws Exception {
        assertThat(event("EKSAudit", "V1.1", AUDIT))
                .isEqualTo(
                        json(
                                """
                                {'category_name':'Application Activity','category_uid':6,'class_name':'API Activity','class_uid':6003,
                                 'severity':'Informational','severity_id':1,
                                 'cloud':{'provider':'AWS','account':{'uid':'arn:aws:sts::111122223333:assumed-role/R/ann'}},
                                 'metadata':{'product':{'name':'Amazon EKS','vendor_name':'AWS','feature':{'name':'Elastic Kubernetes Service'},
                                   'version':'audit.k8s.io/v1'},'version':'1.1.0','profiles':['cloud','datetime'],'log_level':'RequestResponse'},
                                 'time':1768478400642,'time_dt':'2026-01-15T12:00:00.642+00:00','start_time_dt':'2026-01-15T12:00:00.502+00:00',
                                 'activity_id':1,'activity_name':'Create','type_uid':600301,'type_name':'API Activity: Create',
                                 'actor':{'user':{'type_id':0,'name':'ann','uid':'aws:1','groups':[{'name':'system:masters'},{'name':'devs'}]},
                                   'session':{'credential_uid':'AKIA1','issuer':'arn:aws:iam::111122223333:role/R','uid':'ann'}},
                                 'api':{'request':{'uid':'u-1','containers':[
                                    {'name':'c','image':{'name':'nginx:1','path':'/data','uid':'nginx:1v'}},
                                    {'name':'d','image':{'name':'redis:7','uid':'redis:7'}}]},
                                   'operation':'create','version':'v1','group':{'name':'apps'},
                                   'response':{'code':403,'message':'no','error':'Forbidden','error_message':'Failure'}},
                                 'message':'ResponseComplete',
                                 'http_request':{'url':{'path':'/api/v1/namespaces/shop/pods'},'user_agent':'kubectl/v1.30'},
                                 'src_endpoint':{'ip':'192.0.2.7','intermediate_ips':['10.0.0.1','10.0.0.2']},
                                 'resources':[{'namespace':'shop','name':'web-1','uid':'u-2','version':'77','type':'pods/exec'}],
                                 'observables':[
                                  {'name':'actor.user.name','type':'User Name','type_id':4,'value':'ann'},
                                  {'name':'src_endpoint.ip','type':'IP Address','type_id':2,'value':'192.0.2.7'},
                                  {'name':'src_endpoint.intermediate_ips[]','type':'IP Address','type_id':2,'value':'10.0.0.1'},
                                  {'name':'src_endpoint.intermediate_ips[]','type':'IP Address','type_id':2,'value':'10.0.0.2'},
                                  {'name':'http_request.url.path','type':'URL String','type_id':6,'value':'/api/v1/namespaces/shop/pods'},
                                  {'name':'resources[].uid','type':'Resource UID','type_id':10,'value':'u-2'},
                                  {'name':'api.request.containers[].image.uid','type':'Resource UID','type_id':10,'value':'nginx:1v'},
                                  {'name':'api.request.containers[].image.uid','type':'Resource UID','type_id':10,'value':'redis:7'}],
                                 'unmapped':{'kind':'Event','user.extra.principalId[]':'AROA1','requestObject.kind':'Pod',
                                  'requestObject.metadata.name':'web-1','requestObject.spec.containers[].tty':'true,false',
                                  'annotations.authorization.k8s.io/decision':'forbid','annotations.authorization.k8s.io/reason':'RBAC: x'}}
                                """));
        var newer = event("EKSAudit", "V1.5", AUDIT);
        assertThat(newer.at("/metadata/profiles"))
                .isEqualTo(json("['cloud','datetime','security_control']"));
        assertThat(newer.at("/metadata/log_name").asText()).isEqualTo("Event");
        assertThat(newer.at("/action_id").asInt(-1)).isZero();
        assertThat(newer.at("/actor/user/uid_alt").asText()).isEqualTo("AROA1");
        assertThat(newer.at("/policy/name").asText()).isEqualTo("RBAC: x");
        assertThat(JSON.readTree(newer.at("/api/request/data").asText()))
                .isEqualTo(json(AUDIT).get("requestObject"));
        assertThat(newer.at("/api/request/containers")).hasSize(2);
        assertThat(newer.get("unmapped"))
                .isEqualTo(json("{'annotations.authorization.k8s.io/decision':'forbid'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "get, 2, Read",
        "list, 2, Read",
        "watch, 2, Read",
        "patch, 3, Update",
        "update, 3, Update",
        "delete, 4, Delete",
        "deletecollection, 4, Delete",
        "impersonate, 99, impersonate"
    })
    void verbsAreActivities(String verb, int id, String name) throws Exception {
        var event = event("EKSAudit", "V1.5", AUDIT.replace("'create'", "'" + verb + "'"));
        assertThat(event.get("activity_id").asInt()).isEqualTo(id);
        assertThat(event.get("type_uid").asInt()).isEqualTo(600300 + id);
        assertThat(event.get("activity_name").asText()).isEqualTo(name);
    }

    @Test
    void requestsAreHttpActivity() throws Exception {
        assertThat(event("AWSWAF", "V1.1", REQUEST))
                .isEqualTo(
                        json(
                                """
                                {'category_name':'Network Activity','category_uid':4,'class_name':'HTTP Activity','class_uid':4002,
                                 'severity':'Informational','severity_id':1,'cloud':{'provider':'AWS'},
                                 'metadata':{'product':{'name':'AWS WAF','vendor_name':'AWS','feature':{'name':'WAF',
                                   'uid':'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1'},'version':'1'},
                                   'version':'1.1.0','profiles':['cloud','security_control','datetime'],'labels':['awswaf:a','awswaf:b']},
                                 'time':1768478400452,'time_dt':'2026-01-15T12:00:00.452+00:00',
                                 'activity_id':3,'activity_name':'Get','type_uid':400203,'type_name':'HTTP Activity: Get',
                                 'action_id':2,'action':'Denied','disposition_id':2,'disposition':'Blocked',
                                 'src_endpoint':{'svc_name':'ALB','uid':'111122223333-app/web/1','ip':'192.0.2.7','location':{'country':'DE'}},
                                 'http_request':{'url':{'path':'/pets','hostname':'shop.example'},'version':'HTTP/1.1','http_method':'GET',
                                   'uid':'q-1','args':'','user_agent':'curl/8','referrer':'https://a',
                                   'x_forwarded_for':['192.0.2.7','10.0.0.1'],
                                   'http_headers':[{'name':'X-Forwarded-For','value':'192.0.2.7, 10.0.0.1'},
                                    {'name':'Host','value':'shop.example'},{'name':'user-agent','value':'curl/8'},
                                    {'name':'Referer','value':'https://a'},{'name':'accept','value':'*/*'}]},
                                 'firewall_rule':{'uid':'sqli','type':'REGULAR','condition':'SQL_INJECTION','match_location':'HEADER',
                                   'match_details':['10','AND','1'],'rate_limit':100},
                                 'http_status':405,
                                 'observables':[
                                  {'name':'http_request.url.hostname','type':'Hostname','type_id':1,'value':'shop.example'},
                                  {'name':'src_endpoint.uid','type':'Resource UID','type_id':10,'value':'111122223333-app/web/1'},
                                  {'name':'firewall_rule.uid','type':'Resource UID','type_id':10,'value':'sqli'},
                                  {'name':'src_endpoint.ip','type':'IP Address','type_id':2,'value':'192.0.2.7'}],
                                 'unmapped':{'terminatingRuleMatchDetails[].sensitivityLevel':'HIGH','ruleGroupList[].ruleGroupId':'A,B',
                                  'rateBasedRuleList[].rateBasedRuleId':'r','rateBasedRuleList[].rateBasedRuleName':'Rate',
                                  'httpRequest.scheme':'https','ja3Fingerprint':'71912442e2cef8ae6f8ea3aba3fc0da9',
                                  'ja4Fingerprint':'t13d1812h1_91b4e2f43a96_a791466c72b5'}}
                                """));
        var newer = event("AWSWAF", "V1.5", REQUEST);
        assertThat(newer.at("/firewall_rule/name").asText()).isEqualTo("Rate");
        assertThat(newer.at("/firewall_rule/sensitivity").asText()).isEqualTo("HIGH");
        assertThat(newer.get("tls"))
                .isEqualTo(
                        json(
                                "{'ja3_hash':{'algorithm':'MD5','algorithm_id':1,'value':'71912442e2cef8ae6f8ea3aba3fc0da9'},'version':'1.3'}"));
        assertThat(newer.get("ja4_fingerprint_list"))
                .isEqualTo(
                        json(
                                "[{'type_id':1,'type':'JA4','value':'t13d1812h1_91b4e2f43a96_a791466c72b5'}]"));
        assertThat(newer.get("unmapped"))
                .isEqualTo(
                        json(
                                "{'ruleGroupList[].ruleGroupId':'A,B','rateBasedRuleList[].rateBasedRuleId':'r','httpRequest.scheme':'https'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "ALLOW, POST, 1, 1, 400206",
        "CAPTCHA, PUT, 99, 22, 400207",
        "CHALLENGE, OPTIONS, 99, 23, 400205",
        "COUNT, PROPFIND, 1, 20, 400299",
        "OTHER, TRACE, 0, 0, 400208"
    })
    void actionsAndMethods(String action, String method, int id, int disposition, int type)
            throws Exception {
        var message =
                REQUEST.replace("'BLOCK'", "'" + action + "'").replace("'GET'", "'" + method + "'");
        var event = event("AWSWAF", "V1.5", message);
        assertThat(event.get("action_id").asInt()).isEqualTo(id);
        assertThat(event.get("disposition_id").asInt()).isEqualTo(disposition);
        assertThat(event.get("type_uid").asInt()).isEqualTo(type);
    }

    @Test
    void detailsOfSeveralRulesAreNotLost() throws Exception {
        var two =
                REQUEST.replace(
                        "'matchedData':['10','AND','1']}]",
                        "'matchedData':['10']},{'conditionType':'XSS','location':'BODY'}]");
        var event = event("AWSWAF", "V1.5", two);
        assertThat(event.at("/firewall_rule/condition").asText()).isEqualTo("SQL_INJECTION");
        assertThat(
                        event.at("/unmapped")
                                .get("terminatingRuleMatchDetails[].conditionType")
                                .asText())
                .isEqualTo("SQL_INJECTION,XSS");
    }

    /// Records cut, doubled and mixed up: each is mapped or left as it is, and never fails.
    @ParameterizedTest
    @CsvSource({"EKSAudit, V1.1", "EKSAudit, V1.5", "AWSWAF, V1.1", "AWSWAF, V1.5"})
    void oddRecordsAreMappedOrLeft(String source, String version) throws Exception {
        var transformer =
                Transformer.of(
                        ProcessorJson.read(
                                "[{\"parseToOCSF\":{\"eventSource\":\"%s\",\"ocsfVersion\":\"%s\"}}]"
                                        .formatted(source, version)));
        var random = new Random(20_261_121);
        var record = (source.equals("AWSWAF") ? REQUEST : AUDIT).replace('\'', '"');
        var values = new ArrayList<JsonNode>();
        collect(JSON.readTree(record), values);
        var mapped = 0;
        for (var i = 0; i < 3_000; i++) {
            var odd = (ObjectNode) JSON.readTree(record);
            for (var change = random.nextInt(4); change >= 0; change--) {
                mix(odd, values, random);
            }
            mapped += transformer.apply(odd.toString(), EventSource.NONE) == null ? 0 : 1;
        }
        assertThat(mapped).isGreaterThan(300);
    }

    private static void collect(JsonNode of, List<JsonNode> into) {
        into.add(of);
        of.forEach(one -> collect(one, into));
    }

    /// Some member becomes a value that was somewhere else, or a number, or nothing.
    private static void mix(ObjectNode into, List<JsonNode> values, Random random) {
        var at = into;
        while (true) {
            var names = new ArrayList<String>();
            at.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty()) {
                return;
            }
            var name = names.get(random.nextInt(names.size()));
            if (at.get(name) instanceof ObjectNode inside && random.nextInt(3) > 0) {
                at = inside;
                continue;
            }
            switch (random.nextInt(4)) {
                case 0 -> at.putNull(name);
                case 1 -> at.put(name, random.nextLong());
                case 2 -> at.putArray(name).addNull().add(1.5).addObject().put("name", "x");
                default -> at.set(name, values.get(random.nextInt(values.size())).deepCopy());
            }
            return;
        }
    }

    @Test
    void timesOfNoCalendarAreNone() {
        for (var time : List.of("+999999999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "soon")) {
            var audit = AUDIT.replace("2026-01-15T12:00:00.642854Z", time);
            assertThat(
                            Transformer.of(
                                            ProcessorJson.read(
                                                    "[{\"parseToOCSF\":{\"eventSource\":\"EKSAudit\",\"ocsfVersion\":\"V1.1\"}}]"))
                                    .apply(audit.replace('\'', '"'), EventSource.NONE))
                    .isNull();
        }
    }

    @Test
    void longListsTakeNoLongTime() throws Exception {
        var text = AUDIT.replace("'level':", "'list':[" + "1,".repeat(200_000) + "2],'level':");
        var list = event("EKSAudit", "V1.1", text).at("/unmapped").get("list[]");
        assertThat(list.asText()).hasSize(400_001);
    }
}
